/** What one request knows of its session: what it presented, what became of that, what it will send back. */
import { inspect } from 'node:util';
import type { RequestContext } from '../request/context.js';
import type { Place } from '../request/place.js';
import type { Birth } from '../revocation/replica.js';
import type { Activity } from './activity.js';
import type { AnonymousToken } from './anonymous.js';
import type { CookieNames, CookieStyle } from './cookies.js';
import type { Former } from './former.js';
import type { InactiveReason, Standing } from './standing.js';
import type { SessionToken } from './token.js';

/** The cookies that came with a request, beside the session cookie; null or absent where there is none to read. */
export interface Companions {
  readonly former?: Former | null;
  readonly activity: Activity | null;
  readonly ownerTag: string | null;
  readonly loginCookie?: string | undefined;
  readonly flashCookie?: string | undefined;
}

/** A write that is not done yet: its cookie, or its value in the store. */
export interface PendingWrite {
  readonly operation: string;
  readonly place: Place;
}

export class RequestSession {
  readonly context: RequestContext;
  readonly names: CookieNames;
  readonly style: CookieStyle;
  /** What the request brought, whatever was done since. */
  readonly presented: Standing;
  readonly presentedActivity: Activity | null;
  readonly presentedOwnerTag: string | null;
  /** The confirmed position of the log as the request opened; null if there was none, or nothing to mint. */
  readonly openedAt: Birth | null;

  /** The session as it is now: after a start it is the new one, after a destroy there is none. */
  token: SessionToken | null;
  inactiveBecause: InactiveReason | null;
  /** The anonymous session; null beside a token. Whether it has ended only the store knows. */
  anonymous: AnonymousToken | null;
  /** The session of the library that was there before, valid or not, which ends with the kit's; null once it has. */
  former: Former | null;
  /** Positions of this request's own revocations: they move the birth, and do not contradict it. */
  readonly ownRevocations = new Set<number>();
  readonly pendingWrites = new Set<PendingWrite>();
  readonly clearSiteData = new Set<string>();
  /** True where whoami answers: that is no activity. */
  passive = false;
  /** True behind a page that posts by itself, until a login attempt of this browser was found: nobody asked for it. */
  unsolicited = false;
  readonly #login: string | undefined;
  readonly #flash: string | undefined;
  #veiled: Pick<RequestSession, 'token' | 'anonymous' | 'inactiveBecause'> | null = null;

  constructor(
    context: RequestContext,
    cookies: Companions & { readonly names: CookieNames; readonly style: CookieStyle },
    presented: Standing,
    openedAt: Birth | null,
  ) {
    this.context = context;
    this.names = cookies.names;
    this.style = cookies.style;
    this.presentedActivity = cookies.activity;
    this.presentedOwnerTag = cookies.ownerTag;
    this.#login = cookies.loginCookie;
    this.#flash = cookies.flashCookie;
    this.presented = presented;
    this.former = cookies.former ?? null;
    this.openedAt = openedAt;
    this.inactiveBecause = presented.inactiveBecause;
    this.anonymous = presented.anonymous;
    this.token = presented.inactiveBecause === null && !presented.unavailable ? presented.token : null;
  }

  /** Whatever logs it gets no token and no cookie. */
  [inspect.custom](): string {
    return `RequestSession { active: ${this.token !== null} }`;
  }

  /** Sealed, and not yet opened. */
  get presentedLogin(): string | undefined {
    return this.#keepsCookies ? this.#login : undefined;
  }

  get presentedFlash(): string | undefined {
    return this.#keepsCookies ? this.#flash : undefined;
  }

  /** False while the request counts as anonymous, and for one that came with a token. */
  get #keepsCookies(): boolean {
    return !this.context.anonymised && !this.presented.bearer;
  }

  /** True while the session is still the other library's: it is not listed, and has no stored values. */
  get adoptable(): boolean {
    return this.token !== null && this.token === this.presented.token && this.presented.former?.record != null;
  }

  /** True while nobody can say whether there is a session: nothing was started or ended here since (R11). */
  get unknown(): boolean {
    return this.presented.unavailable && this.token === null && this.inactiveBecause === null;
  }

  /** True while the session that was recognised is hidden from its own request. */
  get veiled(): boolean {
    return this.#veiled !== null;
  }

  veil(): void {
    const { token, anonymous, inactiveBecause } = this;
    this.#veiled ??= { token, anonymous, inactiveBecause };
    this.end('ambiguous');
  }

  unveil(): void {
    if (this.#veiled === null) return;
    Object.assign(this, this.#veiled);
    this.#veiled = null;
  }

  /** The root of the session or anonymous session, which the owner tag is made of; null if there is neither. */
  get root(): string | null {
    return this.token?.root ?? this.anonymous?.root ?? null;
  }

  end(reason: InactiveReason): void {
    this.token = null;
    this.anonymous = null;
    this.inactiveBecause = reason;
  }

  /** The birth of a session minted now: where the request opened, or its own last revocation. */
  get birth(): Birth | null {
    if (this.openedAt === null) return null;
    return { genesis: this.openedAt.genesis, position: Math.max(this.openedAt.position, ...this.ownRevocations) };
  }
}

const sessions = new WeakMap<RequestContext, RequestSession>();

export function attachSession(session: RequestSession): void {
  sessions.set(session.context, session);
}

export function sessionOf(context: RequestContext): RequestSession | undefined {
  return sessions.get(context);
}
