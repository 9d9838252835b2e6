/** The options of `whoami()` alone: meaning and default, checked and frozen once. */
import { type Clock, systemClock } from '../clock.js';
import { type Duration, milliseconds } from '../durations.js';
import type { EventListener } from '../events.js';
import { assertKnownOptions, callback, count, logOption, lowerCase, names, path, refuse } from '../option-checks.js';
import type { ReportSources } from './report-loader.js';

export interface WhoamiOptions {
  /** The names of the session cookies, and of headers if there are any: what `resolve` gets to see. At least one. */
  readonly credentials: { readonly cookies?: readonly string[]; readonly headers?: readonly string[] };
  /**
   * The session that these credentials open; null if they open none, or not all the same one. A throw is a 503. It must
   * depend on nothing but the credentials: its answer serves every request that carries the same ones.
   */
  readonly resolve: ReportSources['resolve'];
  /** What is known of a subject, reported as `identity.traits`; null for one that is gone. Default: `{}`. */
  readonly identity?: ReportSources['identity'];
  /** How old an answer may be: a session ended elsewhere is reported for so long, unless forgotten. Default `'60s'`. */
  readonly maxAge?: Duration;
  /** How long `resolve` and `identity` together may take before the answer is 503. Default `'5s'`. */
  readonly timeout?: Duration;
  /** Default `'/sessions/whoami'`, compared with the path as the client sent it. */
  readonly path?: string;
  /** Default 100,000. */
  readonly cacheEntries?: number;
  /** Default 128 MiB. */
  readonly cacheBytes?: number;
  /** `false` for silence, or a function for every event. Default: `warn` and above go to stderr. */
  readonly log?: false | EventListener;
  /** For tests. Default: the system's. */
  readonly clock?: Clock;
}

const KNOWN = [
  'credentials',
  'resolve',
  'identity',
  'maxAge',
  'timeout',
  'path',
  'cacheEntries',
  'cacheBytes',
  'log',
  'clock',
] as const satisfies readonly (keyof WhoamiOptions)[];

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function whoamiSettings(options: WhoamiOptions) {
  assertKnownOptions('whoami', options, KNOWN);
  assertKnownOptions('whoami credentials', options.credentials, ['cookies', 'headers']);
  const { cookies = [], headers = [] } = options.credentials;
  const settings = {
    cookies: names('credentials.cookies', cookies),
    headers: names('credentials.headers', headers, lowerCase),
    resolve: callback('resolve', options.resolve),
    identity: callback('identity', options.identity),
    maxAge: milliseconds('maxAge', options.maxAge ?? '60s'),
    loadTimeout: milliseconds('timeout', options.timeout ?? '5s'),
    path: path('path', options.path ?? '/sessions/whoami'),
    maxEntries: count('cacheEntries', options.cacheEntries ?? 100_000),
    maxBytes: count('cacheBytes', options.cacheBytes ?? 128 * 2 ** 20),
    log: logOption(options.log),
    clock: options.clock ?? systemClock(),
  };
  if (settings.resolve === undefined) refuse('resolve takes (credentials, { signal }) => session or null.');
  if (settings.headers.includes('cookie')) refuse('headers takes no "cookie": list names in credentials.cookies.');
  if (settings.cookies.length + settings.headers.length === 0) {
    refuse('credentials names no cookie and no header: nobody would be known.');
  }
  return Object.freeze(settings);
}
