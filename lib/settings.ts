/** The kit's options, checked, copied and frozen once, while the app starts. */
import { systemClock } from './clock.js';
import { milliseconds } from './durations.js';
import {
  assertKnownOptions,
  callback,
  count,
  flag,
  list,
  logOption,
  lowerCase,
  names,
  oneOf,
  path,
  refuse,
  text,
} from './option-checks.js';
import type { Clearable, SwapproofOptions } from './options.js';
import { SPECULATIONS } from './request/speculation.js';
import { DECEPTIONS } from './response/judged-request.js';
import { looksStatic } from './response/static-extensions.js';
import type { Adoption } from './session/adoption-port.js';
import { cookieNames, isSessionCookieName, reservedNames, SAME_SITES } from './session/cookies.js';
import type { Timeouts } from './session/timeouts.js';
import type { Store } from './stores/store.js';

export type Settings<I> = ReturnType<typeof settingsOf<I>>;

const KNOWN = [
  'secrets',
  'store',
  'identity',
  'idle',
  'absolute',
  'rememberFor',
  'anonymousMax',
  'adopt',
  'audience',
  'sameSite',
  'property',
  'public',
  'privateFiles',
  'deception',
  'speculation',
  'probe',
  'headers',
  'csrf',
  'whoami',
  'requestDeadline',
  'revokeDeadline',
  'isRevoked',
  'log',
  'strictContext',
  'clearSiteData',
  'insecureAcceptWhenUnconfirmed',
  'insecureReportOnly',
  'clock',
] as const satisfies readonly (keyof SwapproofOptions)[];

/** Not cookies: it throws away those of other apps on the domain, and the ones this very response sets. */
const CLEARABLE: readonly Clearable[] = ['cache', 'storage', 'clientHints', 'executionContexts'];

/** @throws ConfigurationError for every option that is unknown, of the wrong type or out of range. */
export function settingsOf<I>(options: SwapproofOptions<I>) {
  assertKnownOptions('swapproof', options, KNOWN);
  return Object.freeze({
    store: checkedStore(options.store),
    identity: callback('identity', options.identity) ?? null,
    timeouts: timeoutsOf(options),
    anonymousMax: count('anonymousMax', options.anonymousMax ?? 100_000),
    adopt: adoptionOf(options.adopt),
    audience: text('audience', options.audience ?? 'default'),
    sameSite: oneOf('sameSite', options.sameSite ?? 'lax', SAME_SITES),
    property: options.property === false ? null : text('property', options.property ?? 'session'),
    ...requestSettings(options),
    headers: names('headers', options.headers ?? [], lowerCase),
    ...csrfSettings(options.csrf),
    ...whoamiSettings(options.whoami),
    requestDeadline: milliseconds('requestDeadline', options.requestDeadline ?? '500ms', '1h'),
    revokeDeadline: milliseconds('revokeDeadline', options.revokeDeadline ?? '10s', '1h'),
    isRevoked: callback('isRevoked', options.isRevoked) ?? null,
    log: logOption(options.log),
    strictContext: flag('strictContext', options.strictContext),
    clearSiteData: list('clearSiteData', options.clearSiteData ?? ['cache', 'storage'], clearable),
    insecureAcceptWhenUnconfirmed: flag('insecureAcceptWhenUnconfirmed', options.insecureAcceptWhenUnconfirmed),
    insecureReportOnly: flag('insecureReportOnly', options.insecureReportOnly),
    clock: options.clock ?? systemClock(),
  });
}

/** Which requests are answered how, before any handler. */
function requestSettings(options: SwapproofOptions<unknown>) {
  return {
    public: options.public ?? [],
    privateFiles: options.privateFiles ?? [],
    deception: oneOf('deception', options.deception ?? 'anonymous', DECEPTIONS),
    speculation: oneOf('speculation', options.speculation ?? 'refuse', SPECULATIONS),
    probe: flag('probe', options.probe ?? true),
  };
}

function timeoutsOf({ rememberFor, ...of }: Pick<SwapproofOptions, 'idle' | 'absolute' | 'rememberFor'>): Timeouts {
  const { idle = '24h', absolute = '14d' } = of;
  const usual = { idle: milliseconds('idle', idle), absolute: milliseconds('absolute', absolute) };
  if (usual.idle > usual.absolute) {
    refuse('idle is longer than absolute, so it would never end a session. Make it shorter.');
  }
  const remembered = milliseconds('rememberFor', rememberFor === undefined ? '30d' : rememberFor);
  if (rememberFor !== undefined && remembered < usual.absolute) {
    refuse('rememberFor is shorter than absolute, so remembered sessions would end first. Make it longer.');
  }
  return Object.freeze({ ...usual, rememberFor: Math.max(remembered, usual.absolute) });
}

function adoptionOf(adopt: Adoption | undefined): Adoption | null {
  if (adopt === undefined) return null;
  if (typeof adopt !== 'object' || adopt === null || typeof adopt.cookieName !== 'string') {
    return refuse('adopt takes expressSession({ secret, store, subject }).');
  }
  const taken = reservedNames(cookieNames(null)).includes(adopt.cookieName) || isSessionCookieName(adopt.cookieName);
  return taken ? refuse(`adopt: the cookie ${adopt.cookieName} is the kit's own.`) : adopt;
}

function csrfSettings(csrf: SwapproofOptions['csrf'] = {}) {
  assertKnownOptions('swapproof csrf', csrf, ['trustedOrigins', 'exempt']);
  return {
    trustedOrigins: list('csrf.trustedOrigins', csrf.trustedOrigins ?? [], (origin) => text('trustedOrigins', origin)),
    exempt: csrf.exempt ?? [],
  };
}

function whoamiSettings(whoami: SwapproofOptions['whoami'] = {}) {
  assertKnownOptions('swapproof whoami', whoami, ['path', 'maxAge', 'cacheEntries', 'cacheBytes']);
  return {
    whoamiPath: whoamiPath(whoami.path ?? '/sessions/whoami'),
    whoamiMaxAge: milliseconds('whoami.maxAge', whoami.maxAge ?? '60s'),
    whoamiEntries: count('whoami.cacheEntries', whoami.cacheEntries ?? 100_000),
    whoamiBytes: count('whoami.cacheBytes', whoami.cacheBytes ?? 128 * 2 ** 20),
  };
}

/** Under a name that caches keep, everyone would be anonymous, as everywhere else. */
function whoamiPath(given: unknown): string {
  const plain = path('whoami.path', given);
  return looksStatic(plain)
    ? refuse('whoami.path ends like a static file, which caches keep. Take the end off.')
    : plain;
}

function clearable(type: unknown) {
  return oneOf('clearSiteData', type, CLEARABLE);
}

function checkedStore(store: unknown): Store {
  if (typeof store === 'object' && store !== null && 'open' in store && typeof store.open === 'function') {
    return store as Store;
  }
  return refuse("store takes memory(), or sqlite('./sessions.db') from 'swapproof/sqlite'.");
}
