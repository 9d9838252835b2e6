/**
 * Logins that go through another site (OAuth 2.0, OpenID Connect). What must come back the way it left is sealed into a
 * cookie of this browser, so that nobody finishes a login, a step-up or an account link that another browser or another
 * user began (RFC 9700, sections 2.1 and 4.7; PKCE: RFC 7636; `iss`: RFC 9207).
 */
import { hash, randomBytes } from 'node:crypto';
import { dropOldest } from '../bounded.js';
import { ConfigurationError, SessionError } from '../errors.js';
import type { ParameterRequest } from '../request/parameters.js';
import type { Place } from '../request/place.js';
import { assertCookieMayLeave, END_IN_A_POST } from '../session/cookie-write.js';
import { cookieLine, expiredLine } from '../session/cookies.js';
import { hashOf, randomId } from '../session/ids.js';
import type { RequestSession } from '../session/request-session.js';
import type { SessionServices } from '../session/services.js';
import { assertKnown, assertSameSite } from '../session/write-checks.js';
import { type Answer, answerOf, type RefusedLogin, whyRefused } from './attempt-check.js';
import { type Attempt, keptAttempts, readAttempts, sealAttempts } from './attempts.js';
import { isLocalPath, returnTo } from './return-to.js';

const LOGIN = { instead: END_IN_A_POST, withToken: 'Let the user log in with a browser.' };
const LIFETIME = 600_000;
const MOST_USED = 10_000;

export interface Beginning {
  readonly issuer?: string | undefined;
  readonly returnTo?: string | undefined;
  /** An adapter's own PKCE verifier. Default: a fresh one. */
  readonly codeVerifier?: string | undefined;
  /** JSON that an adapter wants back with the attempt. */
  readonly note?: unknown;
}

export class Logins {
  readonly #services: SessionServices;
  /** Hashes of the states that were answered: a cookie that a browser kept, or sent twice at once, is of no more use. */
  readonly #used = new Set<string>();
  /** What the request's cookie will hold. */
  readonly #attempts = new WeakMap<RequestSession, readonly Attempt[]>();

  constructor(services: SessionServices) {
    this.#services = services;
  }

  /** @throws SessionError on a safe method, CrossSiteError for another site's request, before anything is set */
  begin(session: RequestSession, call: string, place: Place, beginning: Beginning): Attempt {
    const where = assertCookieMayLeave(this.#services, session, { call, place, ...LOGIN });
    assertSameSite(this.#services, session, where);
    assertKnown(session);
    const attempt = this.#newAttempt(session, beginning);
    this.#send(session, [attempt, ...this.#held(session)], () => {
      const message = `${where}: what belongs to this login is larger than a cookie. Shorten issuer and returnTo.`;
      throw new SessionError('ERR_LOGIN_TOO_LARGE', message);
    });
    return attempt;
  }

  /** The attempt that this request answers, for once; null, with an event that says why, if there is none. */
  open(session: RequestSession, call: string, place: Place, isMine = (_note: unknown) => true): Attempt | null {
    assertCookieMayLeave(this.#services, session, { call, place, ...LOGIN });
    assertKnown(session);
    const { req } = session.context;
    const answer = this.#services.crossSite(req) === null ? answerOf(req) : 'cross-site';
    const outcome = typeof answer === 'string' ? answer : this.#consume(session, answer);
    if (typeof outcome === 'string') return this.#refuse(session, outcome);
    if (!isMine(outcome.note)) return this.#refuse(session, 'issuer');
    session.unsolicited = false;
    return outcome;
  }

  #newAttempt(session: RequestSession, { issuer, returnTo: wanted, codeVerifier, note = null }: Beginning): Attempt {
    if (issuer !== undefined && (typeof issuer !== 'string' || issuer === '')) {
      const message = 'beginLogin: issuer takes the `iss` of the site that will answer, as "https://id.example".';
      throw new ConfigurationError('ERR_INVALID_ARGUMENT', message);
    }
    return {
      state: randomId(),
      nonce: randomId(),
      codeVerifier: codeVerifier ?? randomBytes(32).toString('base64url'),
      returnTo: isLocalPath(wanted) ? wanted : returnTo(session.context.req as ParameterRequest, '/'),
      issuer: issuer ?? null,
      root: session.token?.root ?? null,
      expiresAt: this.#services.clock.now() + LIFETIME,
      note,
    };
  }

  /** Whatever comes of it, the attempt is spent: for this browser by the cookie, for a copy of it by memory. */
  #consume(session: RequestSession, answer: Answer): Attempt | RefusedLogin {
    if (session.presentedLogin === undefined) return 'no-cookie';
    const asked = hashOf(answer.state);
    const held = this.#held(session);
    const attempt = held.find(({ state }) => hashOf(state) === asked);
    if (this.#used.has(asked)) return 'used';
    if (attempt === undefined) return held.length === 0 ? 'unreadable' : 'unknown-state';
    this.#used.add(asked);
    dropOldest(this.#used, MOST_USED);
    this.#send(
      session,
      held.filter((other) => other !== attempt),
    );
    const root = session.token?.root ?? null;
    return whyRefused(attempt, answer, { root, now: this.#services.clock.now() }) ?? attempt;
  }

  #held(session: RequestSession): readonly Attempt[] {
    return this.#attempts.get(session) ?? readAttempts(this.#services.keyring, session.presentedLogin);
  }

  #send(session: RequestSession, attempts: readonly Attempt[], tooLarge = () => {}): void {
    const { keyring } = this.#services;
    const { context, names, style } = session;
    const name = names.login;
    const kept = keptAttempts(keyring, name, attempts);
    if (kept.length === 0 && attempts.length > 0) tooLarge();
    this.#attempts.set(session, kept);
    const line =
      kept.length === 0
        ? expiredLine({ name, ...style })
        : cookieLine({ name, value: sealAttempts(keyring, kept), ...style });
    context.outgoingCookies.set(name, line);
  }

  #refuse({ context, unsolicited }: RequestSession, reason: RefusedLogin): null {
    const message = `${context.route}: a login that came back from another site was refused (${reason}).`;
    const severity = isOrdinary(reason, unsolicited) ? 'info' : 'warn';
    this.#services.events.emit('login.refused', message, { source: context, detail: { reason }, severity });
    return null;
  }
}

/**
 * Whoever took a break, or went back to an old page, is no attacker; nor is one who opens a link from a mail on another
 * device, where the page has a button and the app asks.
 */
function isOrdinary(reason: RefusedLogin, unsolicited: boolean): boolean {
  return reason === 'expired' || (!unsolicited && (reason === 'no-cookie' || reason === 'no-state'));
}

/** RFC 7636, section 4.2: S256. */
export function challengeOf(codeVerifier: string): string {
  return hash('sha256', codeVerifier, 'base64url');
}
