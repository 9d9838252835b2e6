/** The options of guard(): meaning, default, risk. Checked, copied and frozen once, while the app starts. */
import type { EventListener } from './events.js';
import { assertKnownOptions, logOption, lowerCase, names, refuse } from './option-checks.js';
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

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function guardSettings(options: GuardOptions): GuardSettings {
  assertKnownOptions('guard', options, KNOWN);
  const { cookies, headers = [], log } = options;
  const given = names('headers', headers, lowerCase);
  return Object.freeze({
    cookies: cookies === undefined ? null : someNames(names('cookies', cookies)),
    headers: Object.freeze([...new Set([...CREDENTIAL_HEADERS, ...given])]),
    public: options.public ?? [],
    log: logOption(log),
  });
}

/** An empty list would make nobody's cookie a credential, and every page shareable. */
function someNames(cookies: readonly string[]): readonly string[] {
  return cookies.length > 0 ? cookies : refuse('cookies is empty. Name the session cookies, or leave the option out.');
}
