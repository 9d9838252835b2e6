/** The options of serviceTokens() and of its verbs: meaning and default, checked and frozen before anything happens. */
import type { Clock } from '../clock.js';
import { type Duration, milliseconds } from '../durations.js';
import { ConfigurationError } from '../errors.js';
import { assertKnownOptions, count, flag, lowerCase, names, refuse } from '../option-checks.js';
import { survivesStores } from '../revocation/well-formed.js';
import { servicesOf } from '../session/kit-seam.js';
import type { Revoke } from '../session/revoke.js';
import { assertNothingRedacted } from './redacted.js';
import type { RenewOptions, RestoreOptions } from './restoring.js';
import { NEWEST, type RestoreTarget, type TokenStorage } from './token-store.js';
import { isPrefix, isTokenId, TokenForm } from './token-text.js';

/** What swapproof() answers, as far as service tokens need it. */
export interface TokensKit {
  readonly revoke: Revoke;
}

export interface ServiceTokensOptions {
  /** What `swapproof()` answered: its clock, secrets, events and revocation log are used. */
  readonly sessions: TokensKit;
  /** Where tokens are kept: `sqliteTokens('./sessions.db')` from `swapproof/sqlite`, the file of the sessions or another. */
  readonly store: TokenStorage;
  /** What tokens begin with, before a `_`: by it scanners find them and tell whose they are. Tokens keep theirs for life. */
  readonly prefix: string;
  /** Request headers that `requireToken()` accepts tokens in, beside `Authorization: Bearer`, as `['x-api-key']`. Default none. */
  readonly headers?: readonly string[];
  /** How old a verification may be that is served without asking the store; revocations hold at once all the same. Default `'60s'`. */
  readonly maxAge?: Duration;
  /** Verifications kept. Default 100,000. */
  readonly cacheEntries?: number;
}

/** Exactly one of the two says when it ends: there is no default, and nothing lasts longer than 400 days. */
export type Expiry =
  | { readonly expiresIn: Duration; readonly expiresAt?: never }
  | { readonly expiresIn?: never; readonly expiresAt: Date | number };

export type CreateOptions = Expiry & {
  /** Whose token it is: a service, a team, a subject. */
  readonly owner: string;
  /** What people call it. Default empty. */
  readonly name?: string;
  /** What it may do. No spaces, quotes or backslashes (RFC 6749, section 3.3). */
  readonly scopes: readonly string[];
  /** No record that was read is ever written: one has a `secret` (R9), which nothing fits in here. */
  readonly secret?: never;
};

export type RotateOptions = (Expiry | { readonly expiresIn?: never; readonly expiresAt?: never }) & {
  readonly secret?: never;
  /** How long the old secret stays good, so that clients can change over. Default `'24h'`; 0 after a leak. */
  readonly overlap?: Duration;
};

const LONGEST_TEXT = 255;
const MOST_SCOPES = 100;
const LONGEST_LIFE = 400 * 24 * 3_600_000;
/** RFC 6749, appendix A.4. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function tokensSettings(options: ServiceTokensOptions) {
  assertKnownOptions('serviceTokens', options, ['sessions', 'store', 'prefix', 'headers', 'maxAge', 'cacheEntries']);
  const { sessions, store, prefix, headers = [], maxAge = '60s', cacheEntries = 100_000 } = options;
  if (typeof prefix !== 'string' || !isPrefix(prefix)) {
    refuse('prefix takes up to 32 letters and digits, as "acme" or "acme_live".');
  }
  if (typeof store?.open !== 'function') refuse("store takes sqliteTokens('./sessions.db') from 'swapproof/sqlite'.");
  return Object.freeze({
    services: servicesOf(sessions, 'sessions'),
    store,
    form: new TokenForm(prefix),
    headers: names('headers', headers, lowerCase),
    maxAge: milliseconds('maxAge', maxAge, '1h'),
    cacheEntries: count('cacheEntries', cacheEntries),
  });
}

export type TokensSettings = ReturnType<typeof tokensSettings>;

/** @throws SwapproofError ERR_INVALID_ARGUMENT, or ERR_REDACTED_WRITE for what was read out of a list */
export function checkedCreation(options: CreateOptions, clock: Clock) {
  assertObject('create()', options, ['owner', 'name', 'scopes', 'expiresIn', 'expiresAt']);
  const { owner, name = '', scopes } = options;
  assertText('owner', owner);
  if (name !== '') assertText('name', name);
  if (!Array.isArray(scopes) || scopes.length > MOST_SCOPES || ![...scopes].every(isScope)) {
    reject(`create(): scopes takes a list of at most ${MOST_SCOPES} names without spaces, quotes and backslashes.`);
  }
  const createdAt = clock.now();
  const expiresAt = expiryOf('create()', options, createdAt);
  if (expiresAt === null) reject('create() takes expiresIn or expiresAt: a token that never ends is never rotated.');
  return { owner, name, scopes: Object.freeze([...new Set<string>(scopes)]), createdAt, expiresAt };
}

/** `expiresAt` is null where the expiry stays as it is. */
export function checkedRotation(options: RotateOptions, clock: Clock) {
  assertObject('rotate()', options, ['overlap', 'expiresIn', 'expiresAt']);
  const { overlap = '24h' } = options;
  const at = clock.now();
  const kept = overlap === 0 ? 0 : checked(() => milliseconds('overlap', overlap));
  // An old secret that ends at once is good until never, not until now: the clock may be set back.
  return {
    at,
    previousUntil: kept > 0 ? at + kept : 0,
    overlaps: kept > 0,
    expiresAt: expiryOf('rotate()', options, at),
  };
}

/** Whose token, or tokens. */
export function checkedTarget(
  call: string,
  which: string | { readonly owner: string },
): { id: string } | { owner: string } {
  if (typeof which !== 'object') {
    assertTokenId(call, which);
    return { id: which };
  }
  assertObject(call, which, ['owner']);
  assertText('owner', which.owner);
  return { owner: which.owner };
}

/** @returns the moment in milliseconds since the epoch */
export function checkedRestoration(which: string | { readonly owner: string }, options: RestoreOptions, clock: Clock) {
  const target: RestoreTarget = which === 'all' ? {} : checkedTarget("restore() takes 'all', an owner, or", which);
  assertObject('restore()', options, ['at', 'dryRun', 'includeEnded']);
  const { at, dryRun } = options;
  const includeEnded = checked(() => flag('includeEnded', options.includeEnded));
  const time = at instanceof Date ? at.getTime() : at;
  if (time !== undefined && (!Number.isSafeInteger(time) || time > clock.now())) {
    reject('restore(): at takes a Date, or milliseconds since the epoch, that is not to come.');
  }
  if (includeEnded && (time === undefined || (typeof which === 'string' && which !== 'all'))) {
    reject("restore(): includeEnded is for 'all' or an owner, with at: a moment before they were ended.");
  }
  return { which: target, at: time ?? NEWEST, includeEnded, dryRun: checked(() => flag('dryRun', dryRun)) };
}

export function checkedRenewal(options: RenewOptions): RenewOptions {
  assertObject('renewMacs()', options, ['insecureTrustHistory']);
  return { insecureTrustHistory: checked(() => flag('insecureTrustHistory', options.insecureTrustHistory)) };
}

export function assertTokenId(call: string, id: unknown): asserts id is string {
  if (!isTokenId(id)) reject(`${call} the id of a token, 8 letters and digits as list() shows it.`);
}

export function assertText(name: string, value: unknown): asserts value is string {
  const sound = typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_TEXT;
  if (!sound || !survivesStores(value)) reject(`${name} takes up to ${LONGEST_TEXT} characters, not only spaces.`);
}

/** Of a known shape, and nothing in it that was redacted. */
export function assertObject(call: string, options: unknown, known: readonly string[]): void {
  if (typeof options === 'object' && options !== null) assertNothingRedacted(Object.values(options));
  checked(() => assertKnownOptions(call, options, known));
}

export function reject(message: string): never {
  throw new ConfigurationError('ERR_INVALID_ARGUMENT', message);
}

export function isScope(scope: unknown): scope is string {
  return typeof scope === 'string' && scope.length <= LONGEST_TEXT && SCOPE.test(scope);
}

function expiryOf(call: string, { expiresIn, expiresAt }: Partial<Record<keyof Expiry, unknown>>, now: number) {
  if (expiresIn !== undefined && expiresAt !== undefined) reject(`${call} takes expiresIn or expiresAt, not both.`);
  if (expiresIn !== undefined) return now + checked(() => milliseconds('expiresIn', expiresIn));
  if (expiresAt === undefined) return null;
  const time = expiresAt instanceof Date ? expiresAt.getTime() : expiresAt;
  if (typeof time === 'number' && Number.isSafeInteger(time) && time > now && time <= now + LONGEST_LIFE) return time;
  return reject(`${call}: expiresAt takes a Date, or milliseconds since the epoch, within the next 400 days.`);
}

/** What the checks of options refuse is an argument here. */
export function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    return reject((error as Error).message);
  }
}
