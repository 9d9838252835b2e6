/** A request that is held at a stop: where the event loop may let another request in. */
import { settlesWithin } from '../interleave/core.js';
import { type Control, Failure, type Gate, Lane, type Suspension } from '../interleave/lane.js';
import { madeToFail } from './own-failures.js';
import type { Visit } from './visits.js';

/** Milliseconds in which a request ends or comes to its stop, or is taken to wait for another one. */
export const PATIENCE = 120;

/** One request that is watched. */
export class Act implements Control {
  readonly lane = new Lane('held', this);
  readonly reached: Promise<void>;
  readonly #at: number;
  #arrived: () => void = ignore;
  #open: (failure?: Failure) => void = ignore;
  #met = 0;
  metBeforeEnd = 0;
  stop: Suspension | null = null;
  visit: Visit | undefined;
  /** The answer had been given when it stopped. */
  late = false;

  constructor(at: number) {
    this.#at = at;
    this.reached = new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  onStop(suspension: Suspension): Gate | null {
    const late = this.visit?.res.writableEnded ?? false;
    if (!late) this.metBeforeEnd++;
    if (this.#met++ !== this.#at) return null;
    this.stop = suspension;
    this.late = late;
    const gate = new Promise<Failure | undefined>((resolve) => {
      this.#open = resolve;
    });
    this.#arrived();
    return gate;
  }

  open(failure?: Failure): void {
    this.#open(failure);
  }

  end(): void {
    this.open();
    this.lane.close();
  }
}

/** A request at its stop. */
export class Held<T> {
  readonly answer: Promise<T>;
  readonly #act: Act;
  readonly #settle: () => Promise<void>;

  constructor(act: Act, answer: Promise<T>, settle: () => Promise<void>) {
    this.#act = act;
    this.answer = answer;
    this.#settle = settle;
  }

  /** Where it waits; null if it ended before, or waits for something that is not its own. */
  get stop(): Suspension | null {
    return this.#act.stop;
  }

  /** The answer was there when it was let go. */
  get answered(): boolean {
    return this.#act.visit?.res.writableEnded ?? false;
  }

  /** How many stops it came by before its answer. */
  get metBeforeEnd(): number {
    return this.#act.metBeforeEnd;
  }

  /** Its answer had been given when it came there. */
  get late(): boolean {
    return this.#act.late;
  }

  get visit(): Visit | undefined {
    return this.#act.visit;
  }

  release(): void {
    this.#act.open();
  }

  /** What it waits for fails. */
  fail(): void {
    this.#act.open(new Failure(madeToFail('made to fail by the swap suite')));
  }

  /** Its client is gone, and the app has been told. */
  async left(): Promise<void> {
    const res = this.#act.visit?.res;
    if (res !== undefined && !res.closed)
      await settlesWithin(PATIENCE, new Promise((resolve) => res.once('close', resolve)));
    await this.#settle();
  }

  /** As if its deadline had come: of its timers, the one that would wait longest is due. */
  async expire(): Promise<void> {
    this.#act.visit?.late.runLongest();
    await this.#settle();
  }

  /** Whether the answer came in time. Nothing of it is held any more. */
  async end(): Promise<T | null> {
    this.release();
    const came = await settlesWithin(PATIENCE * 8, this.answer);
    this.#act.end();
    return came ? this.answer : null;
  }
}

function ignore(): void {}
