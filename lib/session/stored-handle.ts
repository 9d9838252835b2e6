/**
 * `session.stored` of one request. What can't work throws at once; whose values are meant is decided when the call comes
 * to its turn, after the writes that were asked for before it.
 */
import type { SessionError } from '../errors.js';
import { captureHere, type Place } from '../request/place.js';
import { type AnonymousToken, newAnonymous } from './anonymous.js';
import { Mint } from './mint.js';
import { assertBirth } from './minting.js';
import type { RequestSession } from './request-session.js';
import type { SessionServices } from './services.js';
import type { Stored } from './stored.js';
import { assertMayOpen, assertStoredKey, noSession, storedText } from './stored-checks.js';
import type { FoundValue } from './stored-values.js';
import type { SessionToken } from './token.js';
import type { WriteQueue } from './write-queue.js';

type Owner = SessionToken | AnonymousToken;

export class StoredHandle implements Stored {
  readonly #services: SessionServices;
  readonly #session: RequestSession;
  readonly #queue: WriteQueue;
  readonly #mint: Mint;

  constructor(services: SessionServices, session: RequestSession, queue: WriteQueue) {
    this.#services = services;
    this.#session = session;
    this.#queue = queue;
    this.#mint = new Mint(services, session);
  }

  get = <T>(key: string): Promise<T | undefined> => {
    assertStoredKey('get', key);
    return this.#queue.after(() => this.#found<T>('get', (owner) => this.#services.stored.get(owner, key)));
  };

  take = <T>(key: string): Promise<T | undefined> => {
    assertStoredKey('take', key);
    const take = (owner: Owner) => this.#services.stored.take(owner, key);
    return this.#queue.add('stored.take', captureHere(this.take), () => this.#found<T>('take', take));
  };

  delete = (key: string): Promise<void> => {
    assertStoredKey('delete', key);
    return this.#queue.add('stored.delete', captureHere(this.delete), async () => {
      const owner = this.#owner('delete');
      if (owner !== null && !(await this.#services.stored.delete(owner, key))) this.#ended('delete', owner);
    });
  };

  set = (key: string, value: unknown): Promise<void> => {
    assertStoredKey('set', key);
    const text = storedText(value);
    const place = captureHere(this.set);
    const begins = this.#session.root === null || this.#session.adoptable;
    if (begins) assertMayOpen(this.#services, this.#session, place);
    return this.#queue.add('stored.set', place, async () => {
      const owner = this.#owner('set');
      // What was meant for somebody must not be left to whoever sits at that browser next.
      if (owner === null && !begins) throw this.#noSession('set');
      if (owner !== null && (await this.#services.stored.set(owner, key, text))) return;
      if (owner !== null) this.#ended('set', owner);
      await this.#open(key, text, place);
    });
  };

  async #found<T>(name: string, ask: (owner: Owner) => Promise<FoundValue>): Promise<T | undefined> {
    const owner = this.#owner(name);
    if (owner === null) return undefined;
    const { live, value } = await ask(owner);
    if (!live) this.#ended(name, owner);
    return value as T | undefined;
  }

  #owner(name: string): Owner | null {
    this.#session.context.assertOpen(`session.stored.${name}()`);
    return this.#session.adoptable ? null : (this.#session.token ?? this.#session.anonymous);
  }

  /**
   * An anonymous session that ended is none. Of a session that ended meanwhile nothing may be guessed; nor may a late
   * answer lay a new anonymous one over the session of a login that ended this one.
   */
  #ended(name: string, owner: Owner): void {
    if (this.#session.anonymous === owner) this.#session.anonymous = null;
    const { startedAt } = this.#session.context;
    if ('subject' in owner || this.#services.anonymous.endedAfter(owner, startedAt)) throw this.#noSession(name);
  }

  #noSession(name: string): SessionError {
    const where = `session.stored.${name}() in ${this.#session.context.route}`;
    return noSession(where, 'it ended while the request was being answered.');
  }

  /** Begins an anonymous session with this value in it. One whose cookie can't leave is taken back. */
  async #open(key: string, text: string, place: Place): Promise<void> {
    const { anonymous, audience, stored } = this.#services;
    assertMayOpen(this.#services, this.#session, place);
    const opened = newAnonymous(assertBirth(this.#session), audience);
    await anonymous.add(opened);
    try {
      if (!(await stored.set(opened, key, text))) throw this.#noSession('set');
      await this.#mint.sendAnonymous(opened);
    } catch (error) {
      // One that stays is over after the idle time.
      await anonymous.remove(opened).catch(() => undefined);
      throw error;
    }
  }
}
