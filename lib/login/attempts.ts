/** The login attempts of one browser, as they are sealed into `__Host-login`. */
import { openCookie, sealCookie, sealedCookieLength } from '../session/cookie-seal.js';
import type { Keyring } from '../session/keyring.js';
import { LARGEST_COOKIE } from '../session/seal.js';
import { isLocalPath } from './return-to.js';

/** A login that is under way at another site. */
export interface Attempt {
  /** Comes back with the answer, and says which attempt it is. */
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly returnTo: string;
  /** Who alone may answer it; null where the app named nobody. */
  readonly issuer: string | null;
  /** The root of the session that began it; null if nobody was logged in. */
  readonly root: string | null;
  readonly expiresAt: number;
  /** What an adapter keeps with it. */
  readonly note: unknown;
}

/** So that tabs don't collide. */
const MOST = 3;
const VERSION = 1;

/** What the cookie holds, newest first; nothing where it is missing, tampered with or of another purpose. */
export function readAttempts(keyring: Keyring, cookie: string | undefined): readonly Attempt[] {
  const opened = openCookie(keyring, 'login', cookie);
  if (typeof opened !== 'object' || opened === null) return [];
  const { v, a } = opened as { v?: unknown; a?: unknown };
  return v === VERSION && Array.isArray(a) ? a.map(fromSealedForm).filter((attempt) => attempt !== null) : [];
}

export function sealAttempts(keyring: Keyring, attempts: readonly Attempt[]): string {
  return sealCookie(keyring, 'login', sealedFormOf(attempts));
}

/** The newest that fit into one cookie named `name`; none if the newest alone is too large. */
export function keptAttempts(keyring: Keyring, name: string, attempts: readonly Attempt[]): readonly Attempt[] {
  const kept = attempts.slice(0, MOST);
  const size = (some: readonly Attempt[]) => name.length + sealedCookieLength(keyring, 'login', sealedFormOf(some));
  while (kept.length > 0 && size(kept) > LARGEST_COOKIE) kept.pop();
  return kept;
}

/** Short names, since three of them have to fit. */
function sealedFormOf(attempts: readonly Attempt[]): object {
  const a = attempts.map(({ state, nonce, codeVerifier, returnTo, issuer, root, expiresAt, note }) => {
    return { s: state, n: nonce, c: codeVerifier, t: returnTo, i: issuer, r: root, e: expiresAt, x: note };
  });
  return { v: VERSION, a };
}

/** Only our own seals get here: this is about shape and version. */
function fromSealedForm(value: unknown): Attempt | null {
  if (typeof value !== 'object' || value === null) return null;
  const { s, n, c, t, i, r, e, x = null } = value as Readonly<Record<string, unknown>>;
  const texts = [s, n, c].every((text) => typeof text === 'string' && text !== '');
  const orNull = [i, r].every((text) => text === null || typeof text === 'string');
  if (!texts || !orNull || !isLocalPath(t) || typeof e !== 'number') return null;
  return { state: s, nonce: n, codeVerifier: c, returnTo: t, issuer: i, root: r, expiresAt: e, note: x } as Attempt;
}
