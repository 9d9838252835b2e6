/** One run of a pair: A is held at the first stop that no run before has held it at, B passes, A goes on. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { settlesWithin } from './core.js';
import { type Entrance, serve } from './host.js';
import { type Control, Lane, type Suspension } from './lane.js';
import { type InterleaveOptions, type Limits, type Stop, unfinished } from './options.js';
import type { StopBook } from './stop-book.js';

export interface Doors {
  readonly plain: Entrance;
  readonly a: Entrance;
  readonly b: Entrance;
}

/** What a run needs of its search. */
export interface Search<A, B> {
  readonly options: InterleaveOptions<A, B>;
  readonly limits: Limits;
  readonly doors: Doors;
  readonly book: StopBook;
}

/** What both answered, and where A was held. */
export interface Answers<A, B> {
  readonly a: A;
  readonly b: B;
  readonly stop: Stop | null;
}

export class PairRun<A, B> implements Control {
  readonly #search: Search<A, B>;
  readonly #holds: boolean;
  readonly #visits = new Map<string, number>();
  readonly #crashes: unknown[] = [];
  readonly lane: Lane;
  #held: ReturnType<StopBook['meet']> = null;
  #begunByB = 0;
  #reach: () => void = () => {};
  #release: () => void = () => {};
  learned = false;

  /** @param holds false for a run that only looks */
  constructor(search: Search<A, B>, holds: boolean) {
    this.#search = search;
    this.#holds = holds;
    this.lane = new Lane('A', this, () => this.#begunByB);
  }

  onStop(suspension: Suspension): Promise<void> | null {
    const visit = (this.#visits.get(suspension.where) ?? 0) + 1;
    this.#visits.set(suspension.where, visit);
    const stop = this.#search.book.meet(suspension, visit);
    if (stop === null || stop.reached || !this.#holds || this.#held !== null) return null;
    stop.reached = true;
    this.#held = stop;
    this.#reach();
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  onSameTurn(suspension: Suspension): void {
    this.#search.book.pass(suspension, this.#begunByB > suspension.others);
  }

  onUnseen(): void {
    if (this.learned) return; // the next run will see it
    this.#search.book.unseen();
  }

  onLearned(): void {
    this.learned = true;
  }

  serveA(req: IncomingMessage, res: ServerResponse): void {
    this.#serve(req, res, this.lane);
  }

  serveB(req: IncomingMessage, res: ServerResponse): void {
    this.#begunByB++;
    this.#serve(req, res, null);
  }

  #serve(req: IncomingMessage, res: ServerResponse, lane: Lane | null): void {
    serve(this.#search.options.app, { req, res }, lane, (error) => this.#crashes.push(error));
  }

  /** B is sent when A is held, or has ended. */
  async perform(): Promise<Answers<A, B>> {
    const { options, doors } = this.#search;
    doors.a.handle = (req, res) => this.serveA(req, res);
    doors.b.handle = (req, res) => this.serveB(req, res);
    const reached = new Promise<void>((resolve) => {
      this.#reach = resolve;
    });
    const a = sent(options.a, doors.a);
    await this.#within('A', Promise.race([reached, a]));
    const b = sent(options.b, doors.b);
    await this.#passed(b);
    return this.answersOf(a, b);
  }

  async answersOf(a: Promise<A>, b: Promise<B>): Promise<Answers<A, B>> {
    const answers = { a: await this.#within('A', a), b: await this.#within('B', b) };
    return { ...answers, stop: this.#held === null ? null : { ...this.#held } };
  }

  /** What A still does in the background goes on unheld. */
  close(): void {
    this.lane.close();
    this.#release();
  }

  async #passed(b: Promise<B>): Promise<void> {
    const stop = this.#held;
    if (stop === null) return;
    try {
      stop.bWaited = !(await settlesWithin(this.#search.limits.waitForB, b).catch((error) => this.#fail(error)));
    } finally {
      this.#release();
    }
  }

  async #within<T>(who: string, promise: Promise<T>): Promise<T> {
    const { answerWithin } = this.#search.limits;
    const settled = await settlesWithin(answerWithin, promise).catch((error) => this.#fail(error));
    if (!settled) throw unfinished('interleave', who, answerWithin, this.#held);
    if (this.#crashes.length > 0) throw this.#crashes[0];
    return promise;
  }

  /** An app that threw says more than the client whose connection was cut. */
  #fail(error: unknown): never {
    throw this.#crashes.length > 0 ? this.#crashes[0] : error;
  }
}

/** At once, as a test would; supertest's requests begin when they are awaited. */
export function sent<T>(send: (target: { readonly url: string }) => PromiseLike<T>, { url }: Entrance): Promise<T> {
  const answer = (async () => await send({ url }))();
  answer.catch(() => {}); // whoever waits for it still gets it
  return answer;
}
