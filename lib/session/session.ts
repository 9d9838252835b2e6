/** The handle: what an app holds of a session, for as long as its request lasts. */
import type { InactiveReason } from './standing.js';
import type { Stored } from './stored.js';

/** How a session begins, beside whose it is and what is in it. */
export interface StartOptions {
  /** Keys of `stored` to carry over, from an anonymous session or one of the same subject. Default none. */
  readonly keep?: readonly string[];
  /** Stay logged in: the session lives for `rememberFor`, used or not, and its cookies outlive the browser. */
  readonly remember?: boolean;
}

/** What a client without cookies is given. */
export interface IssuedToken {
  /** A secret. About 500 characters of RFC 6750, section 2.1. */
  readonly token: string;
  /** Milliseconds since the epoch; without use it ends after `idle`. */
  readonly expiresAt: number;
}

/**
 * A request's session, always there. Using any field or method counts as reading it, and makes the response private.
 * Throws `ERR_CONTEXT_CLOSED` once the response has ended, `ERR_STORE_UNAVAILABLE` where validity can't be known.
 * @typeParam D the session's data: JSON, about 2.5 kB, sealed in the cookie
 * @typeParam I what the kit's `identity` option answers
 */
export interface Session<D extends object = Record<string, unknown>, I = unknown> {
  /** True if somebody is logged in. */
  readonly active: boolean;
  /** 22 characters, or 45 after `regenerate()`; null without a session. No secret: it opens nothing. */
  readonly id: string | null;
  readonly subject: string | null;
  /** Frozen. An older cookie of a live session still opens with its older data: no roles, no balances here. */
  readonly data: Readonly<Partial<D>>;
  /** Values in the store, on any method; with a visitor whom nobody knows yet too. */
  readonly stored: Stored;
  /** Milliseconds since the epoch; null without a session. */
  readonly authenticatedAt: number | null;
  readonly expiresAt: number | null;
  /** Why there is no session; null while there is one. */
  readonly inactiveBecause: InactiveReason | null;
  /** What whoami reports of the subject, cached for the session; null without one, or if the subject is gone. */
  identity(): Promise<I | null>;
  /** Begins a session for `subject`, ending the one that was live. On POST, PUT, PATCH and DELETE only. */
  start(subject: string, data?: D, options?: StartOptions): Promise<void>;
  /**
   * A session for a client without cookies, beside this request's own: its token is accepted in `Authorization: Bearer`
   * and `X-Session-Token`, and nowhere else. On unsafe methods only. Whoever has the token is the subject.
   */
  issueToken(subject: string, data?: D, options?: Pick<StartOptions, 'remember'>): Promise<IssuedToken>;
  /** Lays `patch` over the data; a value of undefined takes its key away. On unsafe methods only. */
  update(patch: { readonly [K in keyof D]?: D[K] | undefined }): Promise<void>;
  /** A new id for the same session, as after a change of rights. On unsafe methods only. */
  regenerate(): Promise<void>;
  /** Records that the subject proved again who they are: new id and `authenticatedAt`, same end. */
  reauthenticated(subject: string): Promise<void>;
  /** Logs out: resolves when no process admits the session any more. Repeatable; on any method, from this site only. */
  destroy(): Promise<void>;
}
