/**
 * What a binding tells: each swap once, sessions without a tag as a count a minute, what can't work once. In a rehearsal
 * what would be done is told as `would.*`; a swap that is seen is told as always.
 */
import { dropOldest } from '../bounded.js';
import type { Events } from '../events.js';
import type { RequestContext } from '../request/context.js';

const MOST_PAIRS = 10_000;
const MINUTE = 60_000;

export class BindReports {
  readonly #events: Events;
  readonly #now: () => number;
  readonly #swaps = new Set<string>();
  #ineffective = false;
  #untagged = 0;
  #nextCount = 0;

  constructor(events: Events, now: () => number = Date.now) {
    this.#events = events;
    this.#now = now;
  }

  /** @param session hash of the session that came; @param owner hash of the one that the tag names */
  swap(context: RequestContext, session: string, owner: string): void {
    const pair = `${session} ${owner}`;
    if (this.#swaps.has(pair)) return;
    this.#swaps.add(pair);
    dropOldest(this.#swaps, MOST_PAIRS);
    const outcome = this.#events.rehearsing ? 'It would be' : 'It was';
    const message =
      `${context.route} was asked with a session cookie whose owner tag names another session: a cache in front hands ` +
      `on cookies. ${outcome} answered as anonymous. Find the cache and make it obey Cache-Control.`;
    this.#events.emit('swap.suspected', message, { source: context, detail: { session, owner } });
  }

  /** Accepted, and counted: the first at once, the others once a minute. */
  untagged(context: RequestContext): void {
    this.#untagged++;
    const now = this.#now();
    if (now < this.#nextCount) return;
    const count = this.#untagged;
    this.#untagged = 0;
    this.#nextCount = now + MINUTE;
    const message =
      'Sessions came without an owner tag: begun by a GET, or before the guard was there. ' +
      `Requests since this was last told: ${count}.`;
    this.#events.emit('bind.untagged', message, { source: context, detail: { count, refused: false } });
  }

  refusedUntagged(context: RequestContext): void {
    const message = `${context.route} was asked with a session without an owner tag, and bind.require wants one; answered as anonymous.`;
    const detail = { count: 1, refused: true };
    this.#events.emit('bind.untagged', message, { source: context, detail, severity: 'warn' });
  }

  /** Nothing to tell where it is done: the store has the change, and the cookie comes with the next POST. */
  withheldRenewal(source: RequestContext, cookie: string): void {
    const why = 'A cache could hand on a cookie that a GET renews.';
    this.#events.rehearsed('would.cookie.drop', {
      source,
      rule: 'renewal by GET',
      ...kept(cookie),
      why,
      severity: 'info',
    });
  }

  loginOnGet(context: RequestContext, cookie: string, refuses: boolean): void {
    const why = 'A session that a GET begins in place of another is a login that a cache could hand on.';
    const told = { source: context, rule: 'login by GET', ...kept(cookie), why };
    const refused = refuses && !this.#events.rehearsed('would.cookie.drop', told);
    const what = refused
      ? 'The new session cookie was withheld, since bind.onLoginByGet is "refuse"'
      : 'A cache that ignores headers can hand the new session to somebody else';
    const message =
      `${context.route} changed the id of a session: a login, or a logout, by ${context.method}. ${what}. ` +
      'Let it end in a POST, as viaPost() of the kit does.';
    this.#events.emit('login.on_get', message, { source: context, detail: { refused } });
  }

  /** The app set a session cookie that can't have a tag. */
  ineffective(context: RequestContext, cookie: string, why: 'scope' | 'unreadable'): void {
    if (this.#ineffective) return;
    this.#ineffective = true;
    const because =
      why === 'scope'
        ? 'it has a Domain, or a Path that is not "/", so that it changes where its tag is not seen'
        : 'no id can be read from it: is bind.idOf the right one for this library?';
    const message = `${context.route} set the cookie ${cookie}, which can't be bound: ${because}. Its sessions have no owner tag.`;
    this.#events.emit('bind.ineffective', message, { source: context, detail: { cookie, why } });
  }

  failed(context: RequestContext, option: 'bind.idOf' | 'bind.require', why: string, outcome: string): void {
    const message = `${option} ${why} for ${context.route}; ${outcome}.`;
    this.#events.emit('predicate.failed', message, { source: context, detail: { option } });
  }

  /** A withheld value that was not the one the browser has: a library without a store has changed its data. */
  lostWrite(context: RequestContext, cookie: string): void {
    if (this.#events.rehearsing) return;
    const message =
      `${context.route} changed the session in the cookie ${cookie}, which never leaves on a ${context.method}: ` +
      'the change was lost. Make the route a POST.';
    this.#events.emit('session.write.lost', message, { source: context, detail: { cookie } });
  }
}

function kept(cookie: string): { now: string; enforced: string } {
  return { now: `Set-Cookie: ${cookie}`, enforced: `no Set-Cookie: ${cookie}` };
}
