/**
 * Messages for the next page, sealed in a cookie of their own. They hang on the session, or the absence of one, that the
 * response leaves: what was said to one user is never shown to the next one at the same browser.
 */
import { ConfigurationError, SessionError } from '../errors.js';
import { captureHere } from '../request/place.js';
import { openCookie, sealCookie, sealedCookieLength } from '../session/cookie-seal.js';
import { assertCookieMayLeave, MAKE_IT_A_POST } from '../session/cookie-write.js';
import { cookieLine, expiredLine } from '../session/cookies.js';
import { randomId } from '../session/ids.js';
import type { RequestSession } from '../session/request-session.js';
import { assertRightContext } from '../session/right-context.js';
import { rootLeft } from '../session/root-left.js';
import type { SessionServices } from '../session/services.js';
import { assertHeadAllows, assertKnown, assertSameSite } from '../session/write-checks.js';

export interface FlashMessage {
  /** As `'error'` or `'saved'`. */
  readonly kind: string;
  readonly text: string;
}

/** Bytes of the cookie, name and all. */
const LARGEST = 1024;
const VERSION = 1;

interface Flashes {
  /** Of this request, oldest first. */
  added: readonly FlashMessage[];
  /** Whether the ones that came with the request were read. */
  taken: boolean;
  /** What the cookie that waits for the head says. */
  sealed: { readonly messages: readonly FlashMessage[]; readonly root: string | null } | null;
}

const flashes = new WeakMap<RequestSession, Flashes>();

/** Adds a message for the page that comes next. @throws SessionError ERR_FLASH_TOO_LARGE at once */
export function addFlash(services: SessionServices, session: RequestSession, message: FlashMessage): void {
  const call = 'sessions.flash()';
  const place = captureHere(addFlash);
  const where = assertCookieMayLeave(services, session, {
    call,
    place,
    instead: MAKE_IT_A_POST,
    withToken: 'Say it in the answer itself.',
  });
  assertSameSite(services, session, where);
  // Sealed for nobody, it would be read after the logout of whoever it turns out to be.
  assertKnown(session);
  assertMessage(message);
  if (!fits(services, session, [message], randomId())) {
    const text = `${where}: a message and its kind have about 650 bytes. Keep longer ones in session.stored.`;
    throw new SessionError('ERR_FLASH_TOO_LARGE', text);
  }
  const state = flashesOf(session);
  state.added = [...state.added, message];
  // The head is sealed, and judged, as somebody's own.
  session.context.sharing = 'private';
}

/** The messages for this session, oldest first, read for once: the cookie goes. */
export function takeFlashes(services: SessionServices, session: RequestSession): readonly FlashMessage[] {
  const { context, names, style } = session;
  const call = 'sessions.takeFlash()';
  context.assertOpen(call);
  assertHeadAllows(services, session, call, takeFlashes);
  assertRightContext(services, session, { write: false, name: call, place: () => captureHere(takeFlashes) });
  context.markRead(takeFlashes);
  assertKnown(session);
  if (context.res.headersSent) {
    const message = `${call} in ${context.route}: the response has begun, so the messages would be shown again.`;
    throw new SessionError('ERR_RESPONSE_STARTED', `${message} Call it before answering.`);
  }
  const state = flashesOf(session);
  const messages = Object.freeze([...earlier(services, session, state), ...state.added]);
  if (session.presentedFlash !== undefined)
    context.outgoingCookies.set(names.flash, expiredLine({ name: names.flash, ...style }));
  flashes.set(session, { added: [], taken: true, sealed: null });
  return messages;
}

/** In the moment before the head leaves, when it is settled whose response this is. Idempotent. */
export function sendFlashes(services: SessionServices, session: RequestSession): void {
  const state = flashes.get(session);
  if (state === undefined || state.added.length === 0) return;
  const root = rootLeft(session);
  const messages = [...earlier(services, session, state), ...state.added];
  while (messages.length > 1 && !fits(services, session, messages, root)) messages.shift();
  if (state.sealed?.root === root && state.sealed.messages.length === messages.length) return;
  state.sealed = { messages, root };
  const { context, names, style } = session;
  const value = sealCookie(services.keyring, 'flash', sealedFormOf(messages, root));
  context.outgoingCookies.set(names.flash, cookieLine({ name: names.flash, value, ...style }));
}

function flashesOf(session: RequestSession): Flashes {
  const state = flashes.get(session) ?? { added: [], taken: false, sealed: null };
  flashes.set(session, state);
  return state;
}

/** Unread ones that the request brought, if they were meant for the session that the response leaves. */
function earlier({ keyring }: SessionServices, session: RequestSession, { taken }: Flashes): readonly FlashMessage[] {
  const opened = taken ? undefined : openCookie(keyring, 'flash', session.presentedFlash);
  if (typeof opened !== 'object' || opened === null) return [];
  const { v, r, m } = opened as { v?: unknown; r?: unknown; m?: unknown };
  if (v !== VERSION || r !== rootLeft(session) || !Array.isArray(m)) return [];
  return m.map(([kind, text]: [string, string]) => Object.freeze({ kind, text }));
}

function sealedFormOf(messages: readonly FlashMessage[], root: string | null): object {
  return { v: VERSION, r: root, m: messages.map(({ kind, text }) => [kind, text]) };
}

function fits(
  { keyring }: SessionServices,
  { names }: RequestSession,
  messages: readonly FlashMessage[],
  root: string | null,
): boolean {
  return names.flash.length + sealedCookieLength(keyring, 'flash', sealedFormOf(messages, root)) <= LARGEST;
}

function assertMessage({ kind, text }: FlashMessage): void {
  if (typeof kind === 'string' && kind !== '' && typeof text === 'string') return;
  throw new ConfigurationError(
    'ERR_INVALID_ARGUMENT',
    'sessions.flash(req, kind, text) takes two strings, as flash(req, "saved", "Your address was saved.").',
  );
}
