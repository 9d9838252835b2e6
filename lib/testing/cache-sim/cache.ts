/** The path of a request through a cache: from the shelf, with somebody else's, or from the origin. */
import type { Clock } from '../../clock.js';
import { type Answer, type Question, valuesOf } from '../../evidence/exchange.js';
import { readDirectives } from './cache-control.js';
import { asConditional, confirming, confirms } from './conditions.js';
import { ageOf, type Entry, entryOf, fits, updated, varying } from './entry.js';
import { Flights } from './flights.js';
import { type Asked, isOfInterest, judge } from './judgement.js';
import type { CacheRules } from './rules.js';
import { Shelf } from './shelf.js';

/** 'collapsed': it waited for somebody else's answer. 'pass': the cache did not look. */
export type Outcome = 'hit' | 'miss' | 'revalidated' | 'collapsed' | 'stale' | 'pass';

export interface Served {
  readonly answer: Answer;
  readonly outcome: Outcome;
  /** Why this answer was kept, or not. */
  readonly why: string;
  /** Seconds; null for what did not come off the shelf. */
  readonly age: number | null;
}

/** Null where it does not answer. */
export type Origin = (question: Question) => Promise<Answer | null>;

type Request = Asked & Pick<Question, 'body'>;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const AWAY: Answer = { status: 502, headers: [], body: Buffer.from('The origin does not answer.') };
const NOTHING_KEPT: Answer = { status: 504, headers: [], body: Buffer.from('Nothing of it is kept.') };

export class Cache {
  readonly flights = new Flights();
  readonly #rules: CacheRules;
  readonly #origin: Origin;
  readonly #elapsed: Clock['elapsed'];
  readonly #shelf: Shelf;

  constructor(rules: CacheRules, origin: Origin, elapsed: Clock['elapsed']) {
    this.#rules = rules;
    this.#origin = origin;
    this.#elapsed = elapsed;
    this.#shelf = new Shelf(rules);
  }

  async serve(request: Request): Promise<Served> {
    if (!isOfInterest(request, this.#rules)) return this.#pass(request);
    const kept = this.#shelf.find(request);
    if (kept !== undefined && this.#isFresh(kept, request)) return this.#fromShelf(kept, request, 'hit');
    if (this.#heeds && readDirectives(request.headers, 'cache-control').has('only-if-cached')) {
      return { answer: NOTHING_KEPT, outcome: 'miss', why: 'nothing fresh is kept', age: null };
    }
    if (!this.#rules.collapse) return this.#fetch(request, kept);
    const key = this.#shelf.keyOf(request);
    const flight = this.flights.join(key);
    if (flight === null) return this.flights.lead(key, request, () => this.#fetch(request, kept));
    return this.#shared(await flight, request) ?? this.#fetch(request, kept);
  }

  purge(): void {
    this.#shelf.clear();
  }

  get #heeds(): boolean {
    return this.#rules.directives !== 'ignored';
  }

  async #pass(request: Request): Promise<Served> {
    const answer = await this.#origin(request);
    if (answer !== null && !SAFE.has(request.method)) this.#shelf.invalidate(request, answer);
    return { answer: answer ?? AWAY, outcome: 'pass', why: `${request.method}, not looked at`, age: null };
  }

  async #fetch(request: Request, kept: Entry | undefined): Promise<Served> {
    const whole = request.method === 'HEAD' && this.#rules.headAsGet;
    const headers = kept === undefined ? request.headers : confirming(request.headers, kept.answer);
    const answer = await this.#origin({ ...request, method: whole ? 'GET' : request.method, headers });
    if (kept?.mayBeStale && (answer === null || answer.status >= 500)) return this.#fromShelf(kept, request, 'stale');
    if (answer === null) return { answer: AWAY, outcome: 'miss', why: 'no answer', age: null };
    if (kept !== undefined && answer.status === 304 && confirms(answer, kept.answer, request.headers)) {
      const fresh = this.#keep(request, updated(kept.answer, answer.headers)) ?? kept;
      return this.#fromShelf(fresh, request, 'revalidated');
    }
    const { why } = judge(request, answer, this.#rules);
    // A response to HEAD has no body to keep.
    if (request.method === 'GET' || whole) this.#keep(request, answer);
    return { answer, outcome: 'miss', why, age: null };
  }

  #keep(request: Request, answer: Answer): Entry | null {
    const { keep, lifetime } = judge(request, answer, this.#rules);
    if (!keep) return null;
    const entry = entryOf(request.headers, answer, this.#rules, [lifetime, this.#elapsed()]);
    this.#shelf.keep(request, entry);
    return entry;
  }

  /** What somebody else was given while this request waited, or null if it must ask for itself. */
  #shared({ request: leader, served }: { request: Request; served: Served }, request: Request): Served | null {
    const { share, why } = judge(leader, served.answer, this.#rules);
    if (!share || leader.method !== request.method) return null;
    const withAuthorization = valuesOf(request.headers, 'authorization').length > 0;
    if (withAuthorization && !judge(request, served.answer, this.#rules).share) return null;
    const selected = this.#rules.vary ? varying(leader.headers, served.answer) : [];
    if (!fits({ selected }, request.headers)) return null;
    return { ...served, outcome: 'collapsed', why };
  }

  #isFresh(entry: Entry, { headers }: Request): boolean {
    const age = ageOf(entry, this.#elapsed());
    if (age >= entry.lifetime) return false;
    if (!this.#heeds) return true;
    const wanted = readDirectives(headers, 'cache-control');
    const pragma = valuesOf(headers, 'cache-control').length === 0 && valuesOf(headers, 'pragma').includes('no-cache');
    return !pragma && !wanted.has('no-cache') && age <= (wanted.seconds('max-age') ?? Number.POSITIVE_INFINITY);
  }

  #fromShelf(entry: Entry, { headers }: Request, outcome: Outcome): Served {
    const age = Math.floor(ageOf(entry, this.#elapsed()));
    const { why } = judge({ method: 'GET', path: '/', headers: [] }, entry.answer, this.#rules);
    return { answer: asConditional(entry.answer, headers), outcome, why, age };
  }
}
