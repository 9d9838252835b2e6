/** What makes a use of `session.stored` impossible, found before any promise exists. */
import { SessionError } from '../errors.js';
import type { Place } from '../request/place.js';
import { survivesStores } from '../revocation/well-formed.js';
import { assertCookieMayLeave, assertUnambiguous, MAKE_IT_A_POST } from './cookie-write.js';
import { checkedJson } from './data.js';
import { assertBirth } from './minting.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';
import { LARGEST_VALUE } from './stored-port.js';
import { assertSameSite, assertSecure } from './write-checks.js';

const LONGEST_KEY = 256;

export const KEY_RULE = `A key is a string of 1 to ${LONGEST_KEY} bytes without NUL and half characters.`;

/** `__proto__` is a key as any other: none is ever a property's name. */
export function isStoredKey(key: unknown): key is string {
  return typeof key === 'string' && key !== '' && Buffer.byteLength(key) <= LONGEST_KEY && survivesStores(key);
}

/** @throws SessionError ERR_INVALID_ARGUMENT */
export function assertStoredKey(name: string, key: unknown): asserts key is string {
  if (isStoredKey(key)) return;
  throw new SessionError('ERR_INVALID_ARGUMENT', `session.stored.${name}(key): ${KEY_RULE}`);
}

/** The value as it is kept. @throws SessionError ERR_SESSION_DATA_INVALID, ERR_STORED_TOO_LARGE */
export function storedText(value: unknown): string {
  const text = JSON.stringify(checkedJson(value, 'session.stored.set(): the value'));
  const size = Buffer.byteLength(text);
  if (size <= LARGEST_VALUE) return text;
  throw new SessionError(
    'ERR_STORED_TOO_LARGE',
    `session.stored.set(): the value has ${size} bytes as JSON; ${LARGEST_VALUE} are kept. Keep it in your database, and ` +
      'its key here.',
  );
}

/** Whether an anonymous session may begin here: its cookie is one that another site must not set either. */
export function assertMayOpen(services: SessionServices, session: RequestSession, place: Place): void {
  const { context } = session;
  const call = 'session.stored.set()';
  const where = `${call} in ${context.route} (${place})`;
  assertUnambiguous(session, where);
  if (context.safe) throw noSession(where, `and a cookie that begins one never leaves here. ${MAKE_IT_A_POST}`);
  assertCookieMayLeave(services, session, { call, place, instead: MAKE_IT_A_POST, withToken: LOG_IN_AGAIN });
  assertSecure(session, where);
  assertSameSite(services, session, where);
  assertBirth(session);
}

const LOG_IN_AGAIN = 'The session of the token has ended: let its client log in again.';

export function noSession(where: string, what: string): SessionError {
  return new SessionError('ERR_NO_SESSION', `${where}: there is no session (any more), ${what}`);
}
