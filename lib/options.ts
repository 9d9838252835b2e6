/** Every option of the kit: meaning, default, risk. Checked, copied and frozen once, while the app starts. */
import { type Clock, systemClock } from './clock.js';
import { type Duration, milliseconds } from './durations.js';
import type { EventListener } from './events.js';
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
import type { RouteMatch } from './request/route-match.js';
import type { RevocableSession } from './session/services.js';
import type { Timeouts } from './session/timeouts.js';
import type { Store } from './stores/store.js';

/** @typeParam I what `identity` answers */
export interface SwapproofOptions<I = unknown> {
  /** Newest first: the first one seals, every one opens. 32 bytes or more each; weak and example ones are refused. */
  readonly secrets: readonly string[];
  /** `memory()` or, from `swapproof/sqlite`, `sqlite(path)`. */
  readonly store: Store;
  /** What whoami and `session.identity()` report of a subject; null for one that is gone. Default: `{ id }`. */
  readonly identity?: (subject: string) => I | null | undefined | Promise<I | null | undefined>;
  /** How long a session lives without a request. Default `'24h'`. */
  readonly idle?: Duration;
  /** How long it lives at most. Default `'14d'`. */
  readonly absolute?: Duration;
  /** Seals of one audience do not open in another: name each app that shares a secret. Default `'default'`. */
  readonly audience?: string;
  /** Where the handle stands on the request; `false` for nowhere, use `sessions.of(req)`. Default `'session'`. */
  readonly property?: string | false;
  /** Routes whose responses are the same for everyone. Default none. Personal data there would be shared. */
  readonly public?: RouteMatch;
  /** Further request headers that carry credentials: their responses are private. Default none. */
  readonly headers?: readonly string[];
  readonly csrf?: {
    /** Other origins whose pages may send forms and fetches here, as `'https://admin.example.com'`. Default none. */
    readonly trustedOrigins?: readonly string[];
    /** Routes other sites may post to, as webhooks that check a signature of their own. Default none. */
    readonly exempt?: RouteMatch;
  };
  readonly whoami?: {
    /** Default `'/sessions/whoami'`. */
    readonly path?: string;
    /** How old an identity may be. Default `'60s'`; a revocation is seen at once all the same. */
    readonly maxAge?: Duration;
    /** Default 100,000. */
    readonly cacheEntries?: number;
    /** Default 128 MiB. */
    readonly cacheBytes?: number;
  };
  /** How long a request may wait for the log, the registry and `isRevoked` before it is a 503. Default `'500ms'`. */
  readonly requestDeadline?: Duration;
  /** After this a revocation rejects with `ERR_REVOCATION_UNKNOWN`. Default `'10s'`. */
  readonly revokeDeadline?: Duration;
  /** Asked on each request with a session: true ends it. Late, throwing or unclear answers refuse the request. */
  readonly isRevoked?: (session: RevocableSession) => boolean | Promise<boolean>;
  /** `false` for silence, or a function for every event. Default: `warn` and above go to stderr. */
  readonly log?: false | EventListener;
  /** Also refuse reads where AsyncLocalStorage believes in another request. Default false: those are reported. */
  readonly strictContext?: boolean;
  /** What logout clears in the browser (`Clear-Site-Data`). Default `['cache', 'storage']`. */
  readonly clearSiteData?: readonly (typeof CLEARABLE)[number][];
  /** Accept sessions while the revocation log is out of reach. Revoked ones come back for that time. Default false. */
  readonly insecureAcceptWhenUnconfirmed?: boolean;
  /** For tests. Default: the system's. */
  readonly clock?: Clock;
}

export type Settings<I> = ReturnType<typeof settingsOf<I>>;

const KNOWN = [
  'secrets',
  'store',
  'identity',
  'idle',
  'absolute',
  'audience',
  'property',
  'public',
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
  'clock',
] as const satisfies readonly (keyof SwapproofOptions)[];

/** Not cookies: it throws away those of other apps on the domain, and the ones this very response sets. */
const CLEARABLE = ['cache', 'storage', 'clientHints', 'executionContexts'] as const;

/** @throws ConfigurationError for every option that is unknown, of the wrong type or out of range. */
export function settingsOf<I>(options: SwapproofOptions<I>) {
  assertKnownOptions('swapproof', options, KNOWN);
  return Object.freeze({
    store: checkedStore(options.store),
    identity: callback('identity', options.identity) ?? null,
    timeouts: timeoutsOf(options),
    audience: text('audience', options.audience ?? 'default'),
    property: options.property === false ? null : text('property', options.property ?? 'session'),
    public: options.public ?? [],
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
    clock: options.clock ?? systemClock(),
  });
}

function timeoutsOf({ idle = '24h', absolute = '14d' }: Pick<SwapproofOptions, 'idle' | 'absolute'>): Timeouts {
  const timeouts = { idle: milliseconds('idle', idle), absolute: milliseconds('absolute', absolute) };
  if (timeouts.idle <= timeouts.absolute) return Object.freeze(timeouts);
  return refuse('idle is longer than absolute, so it would never end a session. Make it shorter.');
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
    whoamiPath: path('whoami.path', whoami.path ?? '/sessions/whoami'),
    whoamiMaxAge: milliseconds('whoami.maxAge', whoami.maxAge ?? '60s'),
    whoamiEntries: count('whoami.cacheEntries', whoami.cacheEntries ?? 100_000),
    whoamiBytes: count('whoami.cacheBytes', whoami.cacheBytes ?? 128 * 2 ** 20),
  };
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
