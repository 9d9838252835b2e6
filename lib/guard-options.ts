/** The options of guard(): meaning, default, risk. Checked, copied and frozen once, while the app starts. */
import type { IncomingMessage } from 'node:http';
import { type BindSettings, bindSettings } from './bind/settings.js';
import type { EventListener } from './events.js';
import { assertKnownOptions, flag, logOption, lowerCase, names, oneOf, refuse } from './option-checks.js';
import { CREDENTIAL_HEADERS } from './request/credentials.js';
import type { RouteMatch } from './request/route-match.js';
import { SPECULATIONS, type Speculation } from './request/speculation.js';
import { DECEPTIONS, type Deception } from './response/judged-request.js';

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
  /** Private downloads under URLs that end like static files, as `/invoices/42.pdf`. Default none. See `deception`. */
  readonly privateFiles?: RouteMatch;
  /**
   * What becomes of a GET, HEAD or QUERY whose URL a cache could take for a static file (`/account/x.css`) or for another
   * URL (`/static/..%2faccount`). Default `'pack'`: no cache may keep the answer. `'anonymous'` takes the credentials
   * away as well, `'refuse'` is 400; `'insecureOff'` leaves such pages to caches.
   */
  readonly deception?: Deception;
  /**
   * Prefetches and prerenders with a credential. Default `'allow'`: browsers may show such a page after a logout and
   * another login. `'refuse'`: 503, and the browser asks again when the page is opened.
   */
  readonly speculation?: Speculation;
  /**
   * Binds the session cookie of another library, the first of `cookies` or else `connect.sid`, to the browser it was
   * given to. Needs a Path of `/` and no Domain. Default: not bound.
   */
  readonly bind?: {
    /** Makes the owner tags; a string, or a list with the newest first. Not that of the session library. */
    readonly secret: string | readonly string[];
    /**
     * The id of the session in a cookie's value (raw, as sent), at once; null if there is none. It must stay the same
     * for the whole session and be random: its hash stands in the tag and in events. Default: express-session's. With
     * another one, lifetimes are not lengthened: for libraries without a store nothing else ends their sessions.
     */
    readonly idOf?: (cookieValue: string) => string | null;
    /**
     * Requests whose session must have an owner tag; others accept those that have none yet. Default: none. Answer true
     * only where every session was begun or renewed by a POST, or people are logged out.
     */
    readonly require?: (req: IncomingMessage) => boolean;
    /**
     * What becomes of a session cookie that a GET exchanges for another: `'report'` (default) lets it go, with the event
     * `login.on_get`; `'refuse'` withholds it, once there is no login by GET any more.
     */
    readonly onLoginByGet?: 'report' | 'refuse';
  };
  /**
   * Answers below `/.well-known/swapproof-probe/`, where `npx swapproof doctor` asks what a cache in front of the app does
   * with a private page. Default true; nothing of the app is in the answers.
   */
  readonly probe?: boolean;
  /**
   * Rehearse: report as `would.*` events what would be done, and do nothing. Default false. While it is on nobody is
   * protected.
   */
  readonly insecureReportOnly?: boolean;
  /** `false` for silence, or a function for every event. Default: `warn` and above go to stderr. */
  readonly log?: false | EventListener;
}

export interface GuardSettings {
  readonly cookies: readonly string[] | null;
  readonly headers: readonly string[];
  readonly public: RouteMatch;
  readonly privateFiles: RouteMatch;
  readonly deception: Deception;
  readonly speculation: Speculation;
  readonly bind: BindSettings | null;
  readonly probe: boolean;
  readonly insecureReportOnly: boolean;
  readonly log: undefined | false | EventListener;
}

const KNOWN = [
  'cookies',
  'headers',
  'public',
  'privateFiles',
  'deception',
  'speculation',
  'bind',
  'probe',
  'insecureReportOnly',
  'log',
] as const satisfies readonly (keyof GuardOptions)[];

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function guardSettings(options: GuardOptions): GuardSettings {
  assertKnownOptions('guard', options, KNOWN);
  const { cookies, headers = [], insecureReportOnly, log } = options;
  const given = names('headers', headers, lowerCase);
  const sessions = cookies === undefined ? null : someNames(names('cookies', cookies));
  return Object.freeze({
    cookies: sessions,
    headers: Object.freeze([...new Set([...CREDENTIAL_HEADERS, ...given])]),
    public: options.public ?? [],
    privateFiles: options.privateFiles ?? [],
    deception: oneOf('deception', options.deception ?? 'pack', DECEPTIONS),
    speculation: oneOf('speculation', options.speculation ?? 'allow', SPECULATIONS),
    bind: options.bind === undefined ? null : bindSettings(options.bind, sessions),
    probe: flag('probe', options.probe ?? true),
    insecureReportOnly: flag('insecureReportOnly', insecureReportOnly),
    log: logOption(log),
  });
}

/** An empty list would make nobody's cookie a credential, and every page shareable. */
function someNames(cookies: readonly string[]): readonly string[] {
  return cookies.length > 0 ? cookies : refuse('cookies is empty. Name the session cookies, or leave the option out.');
}
