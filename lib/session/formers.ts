/**
 * Sessions that another library made before the kit was there: whose they are, and how they end.
 *
 * Nobody knows when such a session began, so it counts as born before everything that the revocation log has recorded:
 * whatever was revoked since the kit is there covers it (R7). Once the log lets its first entries go, or is another one
 * than the one that was there first, what was revoked is no longer known, and no former session counts any more.
 */
import { dropOldest } from '../bounded.js';
import { nameOf, SessionError, StoreUnavailableError, SwapproofError } from '../errors.js';
import { systemTimers, within } from '../timers.js';
import { AdoptionFlights } from './adoption-flights.js';
import type { Adoption, FormerCookie, FormerRecord } from './adoption-port.js';
import { expiredLine } from './cookies.js';
import { checkedData } from './data.js';
import { type Former, formerOf } from './former.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';
import { isSubject } from './subject.js';
import { lifetimeOf } from './timeouts.js';
import type { SessionToken } from './token.js';

type FormerServices = Pick<
  SessionServices,
  'audience' | 'clock' | 'events' | 'replica' | 'requestDeadline' | 'timeouts'
>;

export interface OpenedFormer {
  /** As one of the kit's; it is never sealed as it is. */
  readonly token: SessionToken;
  /** Null once the session is the kit's. */
  readonly record: FormerRecord | null;
}

/** Before all entries of a log. */
const BEFORE_ALL = 0;
/** A session is touched once in so many milliseconds, at most. */
const TOUCH_EVERY = 60_000;
const MOST_TOUCHED = 10_000;

export class Formers {
  readonly cookieName: string;
  readonly flights: AdoptionFlights;
  readonly #adoption: Adoption;
  readonly #services: FormerServices;
  readonly #touched = new Map<string, number>();
  /** As the last record said: a guess where a session's own record is gone. */
  #cookie: FormerCookie = { path: '/' };
  #genesis: string | null = null;
  #over = false;

  constructor(adoption: Adoption, services: FormerServices) {
    this.cookieName = adoption.cookieName;
    this.flights = new AdoptionFlights(services.clock);
    this.#adoption = adoption;
    this.#services = services;
  }

  /** What a cookie names, whether or not there is such a session; null unless the other library has signed it. */
  of(cookie: string | undefined): Former | null {
    const id = cookie === undefined ? null : this.#adoption.idOf(cookie);
    return id === null ? null : formerOf(this.cookieName, id);
  }

  /** Null if there is no such session, or nobody has logged in. @throws StoreUnavailableError where nobody can say (R11) */
  async open(former: Former): Promise<OpenedFormer | null> {
    return this.#ask(async () => {
      const record = await this.#adoption.find(former.id);
      if (record === null) return this.#begun(former);
      this.#cookie = record.cookie;
      if (record.subject === null) return null;
      if (!isSubject(record.subject)) throw invalidSubject();
      return { token: this.#token(former, { ...record, subject: record.subject }, await this.#anchored()), record };
    });
  }

  #begun({ root }: Former): OpenedFormer | null {
    const token = this.flights.begun(root);
    return token && { token, record: null };
  }

  /** Whether nobody admits it, so that ending it needs no entry in the log. */
  hasEnded({ root }: Former): boolean {
    const genesis = this.#services.replica.position()?.genesis ?? '';
    return this.#services.replica.verdict({ genesis, birth: BEFORE_ALL, root, id: root, subject: '' }) === 'revoked';
  }

  /** @throws StoreUnavailableError if it may still be there */
  async destroy({ id }: Former): Promise<void> {
    await this.#ask(() => this.#adoption.destroy(id));
  }

  /** Keeps a session alive that is only read; what fails is reported, and tried again. */
  touch({ id, root }: Former, record: FormerRecord): void {
    const now = this.#services.clock.elapsed();
    if (now - (this.#touched.get(root) ?? Number.NEGATIVE_INFINITY) < TOUCH_EVERY) return;
    this.#touched.delete(root);
    this.#touched.set(root, now);
    dropOldest(this.#touched, MOST_TOUCHED);
    this.#ask(() => this.#adoption.touch(id, record)).catch(() => undefined);
  }

  /** Takes the former cookie away, on responses to unsafe methods only: a replayed expiry would log strangers out. */
  expire({ context, style, presented }: RequestSession): void {
    if (context.safe) return;
    const where = presented.former?.record?.cookie ?? this.#cookie;
    context.outgoingCookies.set(this.cookieName, expiredLine({ name: this.cookieName, ...style, ...where }));
  }

  #token({ root }: Former, record: FormerRecord & { subject: string }, genesis: string): SessionToken {
    const { audience, clock, timeouts } = this.#services;
    const { subject, idle } = record;
    const now = clock.now();
    // One that outlived the kit's idle time goes on doing so: nobody is to be logged out by the move.
    const remembered = idle !== null && idle > timeouts.idle;
    return {
      ...{ v: 1, id: root, root, subject, genesis, birth: BEFORE_ALL, issuedAt: now, audience, remembered },
      // Nobody knows when that was: long ago, for whoever asks for a fresh proof.
      authenticatedAt: 0,
      expiresAt: now + lifetimeOf(timeouts, { remembered }),
      predecessors: [],
      data: checkedData(record.data),
    };
  }

  /** The log that knows what was revoked of these sessions. */
  async #anchored(): Promise<string> {
    const { replica, requestDeadline } = this.#services;
    if (replica.position() === null) await replica.catchUp(requestDeadline);
    const here = replica.position();
    if (here === null) throw new StoreUnavailableError('The revocation log is out of reach.');
    this.#genesis ??= await this.#adoption.anchor(here.genesis);
    const nobody = { genesis: this.#genesis, birth: BEFORE_ALL, root: '', id: '', subject: '' };
    if (this.#genesis !== here.genesis || replica.verdict(nobody) === 'revoked') this.#reportOver();
    return this.#genesis;
  }

  #reportOver(): void {
    if (this.#over) return;
    this.#over = true;
    const message =
      `No session behind ${this.cookieName} is adopted any more: everyone was revoked, the revocation log is another ` +
      'one than when it began, or it has lasted for as long as the log remembers. Take the option adopt away.';
    this.#services.events.emit('adoption.over', message);
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await within(systemTimers, this.#services.requestDeadline, work);
    } catch (error) {
      const why = error instanceof SwapproofError ? error.message : nameOf(error);
      this.#services.events.emit('adoption.failed', `A session behind ${this.cookieName} can't be handled: ${why}`);
      throw new StoreUnavailableError('The store of former sessions could not be read or written.', { cause: error });
    }
  }
}

function invalidSubject(): SessionError {
  const message = 'subject(session) must answer a string that is not empty, as String(user.id), or null for nobody.';
  return new SessionError('ERR_INVALID_SUBJECT', message);
}
