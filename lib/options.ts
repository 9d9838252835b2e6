/** Every option of the kit: meaning, default, risk. settings.ts checks them. */
import type { Clock } from './clock.js';
import type { Duration } from './durations.js';
import type { EventListener } from './events.js';
import type { RouteMatch } from './request/route-match.js';
import type { Speculation } from './request/speculation.js';
import type { Deception } from './response/judged-request.js';
import type { Adoption } from './session/adoption-port.js';
import type { SameSite } from './session/cookies.js';
import type { RevocableSession } from './session/services.js';
import type { Store } from './stores/store.js';

/** What `Clear-Site-Data` can clear beside cookies, which it never clears here: it would take this response's too. */
export type Clearable = 'cache' | 'storage' | 'clientHints' | 'executionContexts';

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
  /**
   * How long a session lives that was started with `{ remember: true }`, used or not; its cookies outlive the browser.
   * Default `'30d'`, or `absolute` if that is longer. A lost device stays logged in for so long, unless it is revoked.
   */
  readonly rememberFor?: Duration;
  /**
   * Sessions of another library that become the kit's: `expressSession({ secret, store, subject })`. Default none. Until
   * a session is adopted, which the first unsafe request does, it is as safe as that library's secret.
   */
  readonly adopt?: Adoption;
  /** How many anonymous sessions are kept; the longest unused go above. Default 100,000. */
  readonly anonymousMax?: number;
  /** Seals of one audience do not open in another: name each app that shares a secret. Default `'default'`. */
  readonly audience?: string;
  /**
   * Default `'lax'`. `'strict'`: the page that a link from another site leads to sees no session, and neither does a
   * form; `viaPost()` works with both.
   */
  readonly sameSite?: SameSite;
  /** Where the handle stands on the request; `false` for nowhere, use `sessions.of(req)`. Default `'session'`. */
  readonly property?: string | false;
  /** Routes whose responses are the same for everyone. Default none. Personal data there would be shared. */
  readonly public?: RouteMatch;
  /** Private downloads under URLs that end like static files, as `/invoices/42.pdf`. Default none. See `deception`. */
  readonly privateFiles?: RouteMatch;
  /**
   * What becomes of a GET, HEAD or QUERY whose URL a cache could take for a static file (`/account/x.css`) or for another
   * URL (`/static/..%2faccount`). Default `'anonymous'`: no cache may keep the answer, and for those that do it is
   * answered as anonymous. `'pack'` stops at the first, `'refuse'` is 400; `'insecureOff'` leaves such pages to caches.
   */
  readonly deception?: Deception;
  /**
   * Prefetches and prerenders of private pages. Default `'refuse'`: 503, and the browser asks again when the page is
   * opened. `'allow'`: it may show such a page after a logout and another login.
   */
  readonly speculation?: Speculation;
  /**
   * Answers below `/.well-known/swapproof-probe/`, where `npx swapproof doctor` asks what a cache in front of the app does
   * with a private page. Default true; nothing of the app is in the answers.
   */
  readonly probe?: boolean;
  /** Further request headers that carry credentials: their responses are private. Default none. */
  readonly headers?: readonly string[];
  readonly csrf?: {
    /** Other origins whose pages may send forms and fetches here, as `'https://admin.example.com'`. Default none. */
    readonly trustedOrigins?: readonly string[];
    /** Routes other sites may post to: webhooks that check a signature, routes behind `viaPost()`. Default none. */
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
  readonly clearSiteData?: readonly Clearable[];
  /** Accept sessions while the revocation log is out of reach. Revoked ones come back for that time. Default false. */
  readonly insecureAcceptWhenUnconfirmed?: boolean;
  /**
   * Rehearse: sessions work, and what the guard would change in a response or refuse is only reported, as `would.*`
   * events. Default false. While it is on nobody is protected; docs/guard.md says what is enforced all the same.
   */
  readonly insecureReportOnly?: boolean;
  /** For tests. Default: the system's. */
  readonly clock?: Clock;
}
