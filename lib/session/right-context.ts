/** R1: whether a session is used in the asynchronous context of its own request. */
import { ContextError } from '../errors.js';
import { ambientRequestContext } from '../request/context-storage.js';
import type { Place } from '../request/place.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';

/** Session writes are refused where AsyncLocalStorage believes in another request; reads only if strict. */
export function assertRightContext(
  { events, strictContext }: Pick<SessionServices, 'events' | 'strictContext'>,
  session: RequestSession,
  what: { write: boolean; name: string; place: () => Place },
): void {
  const ambient = ambientRequestContext();
  if (ambient === undefined || ambient === session.context) return;
  const place = what.place();
  const message = `${what.name} at ${place} belongs to ${session.context.route}, but ran in the context of another request`;
  events.emit('context.mismatch', `${message}.`, { source: session.context, detail: { line: String(place) } });
  if (what.write || strictContext) {
    throw new ContextError(
      'ERR_CONTEXT_MISMATCH',
      `${message}. Use the request that the handler was given, and bind callbacks of pools and emitters to it ` +
        '(AsyncResource.bind).',
    );
  }
}
