/** The options of guard(): meaning, default, risk. Checked, copied and frozen once, while the app starts. */
import { ConfigurationError } from './errors.js';
import type { EventListener } from './events.js';
import { assertKnownOptions } from './option-checks.js';
import { CREDENTIAL_HEADERS } from './request/credentials.js';
import type { RouteMatch } from './request/route-match.js';

export interface GuardOptions {
  /**
   * Names of the session cookies, as `['connect.sid']`. Default: every cookie counts as a credential but those known to
   * name no session. One that is left out of the list is no credential: its responses may be shared.
   */
  readonly cookies?: readonly string[];
  /** Further request headers that carry credentials, besides `Authorization` and `X-Session-Token`. Default none. */
  readonly headers?: readonly string[];
  /** Routes whose responses are the same for everyone. Default none. Personal data there would be shared. */
  readonly public?: RouteMatch;
  /** `false` for silence, or a function for every event. Default: `warn` and above go to stderr. */
  readonly log?: false | EventListener;
}

export interface GuardSettings {
  readonly cookies: readonly string[] | null;
  readonly headers: readonly string[];
  readonly public: RouteMatch;
  readonly log: undefined | false | EventListener;
}

const KNOWN = ['cookies', 'headers', 'public', 'log'] as const satisfies readonly (keyof GuardOptions)[];

/** RFC 9110 section 5.6.2: what header and cookie names are made of. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function guardSettings(options: GuardOptions): GuardSettings {
  assertKnownOptions('guard', options, KNOWN);
  const { cookies, headers = [], log } = options;
  if (log !== undefined && log !== false && typeof log !== 'function') {
    refuse('log takes false, or a function that is given each event.');
  }
  const given = namesOf('headers', headers).map((name) => name.toLowerCase());
  return Object.freeze({
    cookies: cookies === undefined ? null : someNames(namesOf('cookies', cookies)),
    headers: Object.freeze([...new Set([...CREDENTIAL_HEADERS, ...given])]),
    public: options.public ?? [],
    log,
  });
}

function namesOf(option: string, names: unknown): readonly string[] {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string' && TOKEN.test(name))) {
    return Object.freeze([...names]);
  }
  return refuse(`${option} takes a list of names, as ${option === 'cookies' ? "['connect.sid']" : "['x-api-key']"}.`);
}

/** An empty list would make nobody's cookie a credential, and every page shareable. */
function someNames(names: readonly string[]): readonly string[] {
  return names.length > 0 ? names : refuse('cookies is empty. Name the session cookies, or leave the option out.');
}

function refuse(message: string): never {
  throw new ConfigurationError('ERR_INVALID_OPTION', `guard: ${message}`);
}
