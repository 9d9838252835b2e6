/** What every use of a handle begins with: it counts as reading the session, and is refused where that can't be right. */
import { captureHere } from '../request/place.js';
import { type Face, SESSION, STORED } from './handle-proxy.js';
import type { RequestSession } from './request-session.js';
import { assertRightContext } from './right-context.js';
import type { SessionServices } from './services.js';
import { assertHeadAllows, assertKnown } from './write-checks.js';

type Use = (name: string, trap: (...args: never[]) => unknown) => void;

/** For a look-up, and again for a call: a method may have been kept for later. */
export function onUse(services: SessionServices, session: RequestSession, face: Face): Use {
  const { context } = session;
  return (name, trap) => {
    const called = `${face.name}.${name}`;
    context.assertOpen(called);
    assertHeadAllows(services, session, called, trap);
    context.markRead(trap);
    const write = face === STORED && CHANGING.has(name);
    assertRightContext(services, session, { write, name: called, place: () => captureHere(trap) });
    if (face !== SESSION || !READABLE_WHILE_UNKNOWN.has(name)) assertKnown(session);
  };
}

/** Logging out must be possible, and starting anew says itself what it lacks. */
const READABLE_WHILE_UNKNOWN = new Set(['destroy', 'start', 'issueToken']);
/** The session's own say so themselves. */
const CHANGING = new Set(['set', 'take', 'delete']);
