/**
 * Whose session it is. Everything that must be awaited comes first (seal, registry, `isRevoked`); the look into the
 * revocation log, and the reading of its clock, is the last step (R7).
 */
import { nameOf } from '../errors.js';
import { admit, admitNow } from '../revocation/admission.js';
import { systemTimers, within } from '../timers.js';
import type { Activity } from './activity.js';
import { fromBearer } from './bearer.js';
import type { Former } from './former.js';
import { hashOf } from './ids.js';
import type { OpenedCache } from './opened-cache.js';
import type { Presented } from './presented.js';
import type { OpenedSeal } from './seal.js';
import type { SessionServices } from './services.js';
import { AMBIGUOUS, type InactiveReason, NO_SESSION, type Standing, UNREADABLE } from './standing.js';
import { idleOf, isExpired, isIdle } from './timeouts.js';
import type { SessionToken } from './token.js';

/** What of a request may name a session. */
export interface Identifiable extends Pick<Presented, 'sessionCookie' | 'tokens'> {
  readonly former?: Former | null;
}

/** Each costs its opening, and no client has reason to send more than two. */
const MOST_TOKENS = 4;

type OpenedSession = Extract<OpenedSeal, { token: SessionToken }>;
type OpenedAnonymous = Extract<OpenedSeal, { token: null }>;

export class Identifier {
  readonly #services: SessionServices;
  readonly #cookies: OpenedCache;
  readonly #tokens: OpenedCache;

  constructor(services: SessionServices, opened: { readonly cookies: OpenedCache; readonly tokens: OpenedCache }) {
    this.#services = services;
    this.#cookies = opened.cookies;
    this.#tokens = opened.tokens;
  }

  /** At once where nothing needs awaiting: the cookie is known, fresh, and the log at hand. */
  identify(presented: Identifiable, activity: Activity | null): Standing | Promise<Standing> {
    const { sessionCookie: cookie, tokens, former = null } = presented;
    if (cookie !== undefined && former !== null) return this.#identifyBeside(former, presented, activity);
    if (tokens.length > 0) return this.#identifyTokens(presented, activity);
    if (cookie === undefined) return former === null ? NO_SESSION : this.#identifyFormer(former);
    const opened = this.#cookies.get(cookie);
    if (opened === undefined) return this.#open(cookie, activity);
    const { token } = opened;
    if (token === null) return this.#anonymous(opened);
    const settled =
      this.#services.isRevoked === null &&
      token.audience === this.#services.audience &&
      !isExpired(token.expiresAt, this.#services.clock.now()) &&
      !this.#looksIdle(token, activity) &&
      admitNow(this.#services.replica, token) === 'admitted';
    return settled ? standing(opened, null) : this.#judge(opened, activity);
  }

  async #open(cookie: string, activity: Activity | null): Promise<Standing> {
    const opened = await this.#cookies.open(cookie);
    return opened ? this.#judgeCookie(opened, activity) : UNREADABLE;
  }

  /**
   * R5: two credentials that open here, whatever became of their sessions, must be of one session; an anonymous one is
   * another. What does not open contradicts nothing.
   */
  async #identifyTokens(
    { sessionCookie, tokens, former = null }: Identifiable,
    activity: Activity | null,
  ): Promise<Standing> {
    if (tokens.length > MOST_TOKENS) return AMBIGUOUS;
    const byCookie = sessionCookie === undefined ? null : await opening(this.#cookies, sessionCookie);
    const byToken = await Promise.all(tokens.map(fromBearer).map((sealed) => sealed && opening(this.#tokens, sealed)));
    const opened = [byCookie, ...byToken].filter((one) => one !== null && one !== '');
    const roots = new Set(opened.map(({ token, anonymous }) => (token ?? anonymous).root));
    if (former !== null && sessionCookie === undefined && roots.size > 0) return AMBIGUOUS;
    if (roots.size > 1) return AMBIGUOUS;
    if (byCookie !== null) return this.#judgeCookie(byCookie, activity);
    const first = opened.find((one) => one.token !== null);
    return first === undefined ? UNREADABLE : { ...(await this.#judge(first, null)), bearer: true };
  }

  #judgeCookie(opened: OpenedSeal, activity: Activity | null): Standing | Promise<Standing> {
    return opened.token === null ? this.#anonymous(opened) : this.#judge(opened, activity);
  }

  /** Names nobody, so nothing is asked: whether it still has values the store says when it is used. */
  #anonymous({ anonymous, byOldKey }: OpenedAnonymous): Standing {
    if (anonymous.audience !== this.#services.audience) return UNREADABLE;
    return { ...NO_SESSION, anonymous, byOldKey };
  }

  /**
   * R5: a live former session of somebody else beside the kit's was begun after it, by an old app that knows nothing of
   * the kit's: one that still runs, or came back for a while. Neither is believed; a login or a logout ends both.
   */
  async #identifyBeside(former: Former, presented: Identifiable, activity: Activity | null): Promise<Standing> {
    const other = await this.#identifyFormer(former);
    const mine = await this.identify({ ...presented, former: null }, activity);
    if (mine.token === null || mine.inactiveBecause !== null) return mine;
    if (other.unavailable) return { ...mine, unavailable: true };
    const contradicts =
      other.token !== null && other.inactiveBecause === null && other.token.subject !== mine.token.subject;
    return contradicts ? { ...mine, inactiveBecause: 'ambiguous' } : mine;
  }

  /** By the cookie of the library that was there before: only where none of the kit's came. */
  async #identifyFormer(former: Former): Promise<Standing> {
    const { formers } = this.#services;
    const opened = await formers?.open(former).catch(() => 'unavailable' as const);
    if (opened === undefined || opened === null) return NO_SESSION;
    if (opened === 'unavailable') return { ...NO_SESSION, inactiveBecause: null, unavailable: true };
    const { token, record } = opened;
    const judged = await this.#judge({ token, anonymous: null, byOldKey: false }, null);
    // What fails has been reported; it is refused all the same.
    if (judged.inactiveBecause === 'revoked') await formers?.destroy(former).catch(() => undefined);
    return judged.token === null ? judged : { ...judged, former: { record } };
  }

  async #judge(opened: OpenedSession, activity: Activity | null): Promise<Standing> {
    const services = this.#services;
    const { token } = opened;
    if (token.audience !== services.audience) return UNREADABLE;
    try {
      const ended = await this.#endedBySelf(token, activity);
      if (ended !== null) return standing(opened, ended);
    } catch (error) {
      services.events.emit('store.unavailable', `Whether a session is still valid can't be known: ${nameOf(error)}.`);
      return { ...standing(opened, null), unavailable: true };
    }
    const verdict = await admit(services.replica, token, services.requestDeadline);
    if (verdict === 'unavailable') return this.#judgeUnconfirmed(opened);
    if (verdict === 'admitted') return standing(opened, null);
    return verdict === 'revoked' ? standing(opened, 'revoked') : UNREADABLE;
  }

  #judgeUnconfirmed(opened: OpenedSession): Standing {
    const { replica, insecureAcceptWhenUnconfirmed } = this.#services;
    if (!insecureAcceptWhenUnconfirmed) return { ...standing(opened, null), unavailable: true };
    return standing(opened, replica.verdict(opened.token) === 'revoked' ? 'revoked' : null);
  }

  /** What a session's own times and the app's hook say; the log comes after. */
  async #endedBySelf(token: SessionToken, activity: Activity | null): Promise<InactiveReason | null> {
    const { clock, registry, timeouts, requestDeadline, isRevoked } = this.#services;
    if (isExpired(token.expiresAt, clock.now())) return 'expired';
    if (this.#looksIdle(token, activity)) {
      const lastSeenAt = await within(systemTimers, requestDeadline, () => registry.lastSeenAt(token.root));
      if (lastSeenAt === null || isIdle(lastSeenAt, clock.now(), idleOf(timeouts, token))) return 'idle';
    }
    if (isRevoked === null) return null;
    const { id, subject, authenticatedAt } = token;
    const revoked = await within(systemTimers, requestDeadline, async () =>
      isRevoked({ id, subject, authenticatedAt }),
    );
    if (typeof revoked !== 'boolean') throw new TypeError('isRevoked answered no boolean');
    return revoked ? 'revoked' : null;
  }

  /**
   * By the cookies alone. A swapped, stale or lost activity cookie must log nobody out: the registry is asked before
   * a session counts as idle.
   */
  #looksIdle(token: SessionToken, activity: Activity | null): boolean {
    const { clock, timeouts } = this.#services;
    const mine = activity !== null && !activity.ended && activity.session === hashOf(token.id);
    const lastSeenAt = mine ? Math.max(token.issuedAt, activity.time) : token.issuedAt;
    return isIdle(lastSeenAt, clock.now(), idleOf(timeouts, token));
  }
}

function standing({ token, byOldKey }: OpenedSession, inactiveBecause: InactiveReason | null): Standing {
  return { token, byOldKey, inactiveBecause, anonymous: null, unavailable: false, bearer: false, former: null };
}

async function opening(cache: OpenedCache, sealed: string): Promise<OpenedSeal | null> {
  return cache.get(sealed) ?? cache.open(sealed);
}
