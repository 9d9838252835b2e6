/**
 * The answers of whoami, by a key made of the whole credential set (R5). Only what resolved is kept (R6). Young: served
 * at once. Older than half of `maxAge`: served, and refreshed in the background. Older: loaded first. Whether a session
 * still holds is asked in the very step that serves or stores its answer.
 */
import type { Clock } from '../clock.js';
import { StoreUnavailableError, SwapproofError } from '../errors.js';
import { BoundedMap } from './bounded-map.js';
import type { WhoamiCacheOptions } from './cache-options.js';
import { bytesOf, makeEntry, type Owned, type WhoamiEntry } from './entry.js';
import { Flights } from './flights.js';
import { type Forgettable, Forgotten } from './forgotten.js';
import type { RequestDirectives } from './request-directives.js';

/** What one request asks. `load` and `stillValid` may outlive it and serve others of the same key: no way back to it. */
export interface Question<T> extends RequestDirectives {
  /** null for credentials that name nobody. Runs outside any request context. */
  readonly load: (signal: AbortSignal) => Promise<T | null>;
  /** Synchronous. May throw: then nothing is stored or served. */
  readonly stillValid: (value: T) => boolean;
  /** When the one who asks has left. */
  readonly signal?: AbortSignal;
}

export interface Found<T> {
  readonly entry: WhoamiEntry<T>;
  /** Milliseconds since its load started. */
  readonly age: number;
}

/** Loads tried for one request whose answers are forgotten while on their way. */
const ATTEMPTS = 3;

export class WhoamiCache<T extends Owned> {
  readonly #clock: Clock;
  readonly #maxAge: number;
  readonly #toBody: (value: T) => string;
  readonly #entries: BoundedMap<WhoamiEntry<T>>;
  readonly #flights: Flights<WhoamiEntry<T> | null>;
  readonly #forgotten: Forgotten;

  constructor(options: WhoamiCacheOptions<T>) {
    const { clock, maxAge, maxEntries = 100_000, maxBytes = 2 ** 27, loadTimeout = 5000 } = options;
    this.#clock = clock;
    this.#maxAge = maxAge;
    this.#toBody = options.toBody;
    this.#entries = new BoundedMap(maxEntries, maxBytes);
    this.#flights = new Flights({ timeout: loadTimeout, onFailure: options.onFailure ?? (() => {}) });
    this.#forgotten = new Forgotten({ clock, horizon: maxAge + loadTimeout });
  }

  /** The answer if one is at hand that this request may have. Runs none of the app's code but `stillValid`. */
  find(key: string, question: Question<T>): Found<T> | null {
    const entry = this.#entries.get(key);
    const oldest = this.#oldestFor(question);
    if (entry === undefined || oldest === 0) return null;
    if (entry.key !== key) this.#refuseForeign(key);
    const now = this.#clock.elapsed();
    const age = now - entry.startedAt;
    if (age > oldest) return null;
    if (this.#forgotten.covers(entry, now) || !question.stillValid(entry.value)) {
      this.#entries.delete(key);
      return null;
    }
    if (now > entry.refreshAt) this.#refresh(entry, question, now);
    return { entry, age };
  }

  /**
   * Loads, or waits for a load that will do. null: these credentials name nobody, which nothing remembers. An older
   * answer is no way out of a failure: what this request might have had, `find` has found.
   *
   * @throws StoreUnavailableError ERR_STORE_UNAVAILABLE with what `load` threw as its cause; the reason of the
   *   question's own signal; what `stillValid` throws
   */
  async load(key: string, question: Question<T>): Promise<Found<T> | null> {
    const oldest = this.#oldestFor(question);
    const arrival = this.#flights.latest;
    let after = oldest === 0 ? arrival : 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const entry = await this.#join(key, question, after);
      if (entry === null) return null;
      const now = this.#clock.elapsed();
      const age = now - entry.startedAt;
      const young = entry.number > arrival || age <= oldest;
      if (young && !this.#forgotten.covers(entry, now)) return question.stillValid(entry.value) ? { entry, age } : null;
      after = entry.number;
    }
    throw new StoreUnavailableError('A session changed again and again while whoami loaded it. Try again.');
  }

  /** What was read before this call is not served any more, and loads that run now are done again. */
  forget(what: Forgettable): void {
    this.#forgotten.mark(what, this.#flights.latest);
    if (what === 'everyone') this.#entries.clear();
  }

  /** Ends the loads that run, background ones included. Questions from now on are refused. */
  close(): void {
    this.#flights.close();
    this.#entries.clear();
  }

  #oldestFor({ maxAge }: Question<T>): number {
    return Math.min(maxAge, this.#maxAge);
  }

  async #join(key: string, question: Question<T>, after: number): Promise<WhoamiEntry<T> | null> {
    try {
      return await this.#flights.join(key, this.#work(key, question), after, question.signal);
    } catch (error) {
      if (question.signal?.aborted || error instanceof SwapproofError) throw error;
      throw new StoreUnavailableError('A session could not be loaded for whoami. Try again.', { cause: error });
    }
  }

  /** At most one try in a twentieth of `maxAge`, or a store that is down would be asked by every request. */
  #refresh(entry: WhoamiEntry<T>, question: Question<T>, now: number): void {
    entry.refreshAt = now + this.#maxAge / 20;
    this.#flights.refresh(entry.key, this.#work(entry.key, question));
  }

  #work(key: string, question: Question<T>) {
    return async (number: number, signal: AbortSignal): Promise<WhoamiEntry<T> | null> => {
      const startedAt = this.#clock.elapsed();
      const value = await question.load(signal);
      signal.throwIfAborted();
      if (value === null) {
        this.#entries.delete(key);
        return null;
      }
      const refreshAt = startedAt + this.#maxAge / 2;
      const entry = makeEntry(value, this.#toBody, { key, number, startedAt, refreshAt });
      // What was forgotten meanwhile is found out with each answer; what does not hold is not even kept.
      if (question.stillValid(entry.value)) this.#entries.set(key, entry, bytesOf(entry));
      else this.#entries.delete(key);
      return entry;
    };
  }

  /** R10. The next request loads anew. */
  #refuseForeign(key: string): never {
    this.#entries.delete(key);
    throw new StoreUnavailableError('The whoami cache held an answer under a key that is not its own, and refused it.');
  }
}
