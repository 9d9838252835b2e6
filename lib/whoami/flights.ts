/**
 * The loads under way: for each key at most one that runs and one queued behind it, for those who may not join the
 * first. Flights are numbered in the order of their start, across all keys.
 */
import { StoreUnavailableError } from '../errors.js';
import { Abandoned, Flight } from './flight.js';

export interface FlightsOptions {
  /** Milliseconds. */
  readonly timeout: number;
  /** Told once of each load that failed, attended or not. */
  readonly onFailure: (error: unknown) => void;
}

/** A load: gets its own number and a signal. */
export type Work<T> = (number: number, signal: AbortSignal) => Promise<T>;

interface Numbered<T> {
  readonly number: number;
  readonly flight: Flight<T>;
}

export class Flights<T> {
  readonly #running = new Map<string, Numbered<T>>();
  readonly #queued = new Map<string, Promise<Numbered<T>>>();
  readonly #options: FlightsOptions;
  #latest = 0;
  #closed = false;

  constructor(options: FlightsOptions) {
    this.#options = options;
  }

  /** The number of the flight that started last. */
  get latest(): number {
    return this.#latest;
  }

  /**
   * Waits for a load of this key that started after flight number `after`: the running one, or the next. So requests
   * that force fresh answers cost one load at a time however many they are.
   */
  async join(key: string, work: Work<T>, after: number, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const running = this.#alive(key) ?? this.#launch(key, work, false);
    if (running.number > after) return running.flight.wait(signal);
    const next = await this.#queue(key, work, running);
    signal?.throwIfAborted();
    return next.flight.wait(signal);
  }

  /** A load that nobody waits for, unless one is running. */
  refresh(key: string, work: Work<T>): void {
    if (!this.#alive(key)) this.#launch(key, work, true);
  }

  /** Cancels all that runs, and refuses from now on. */
  close(): void {
    this.#closed = true;
    for (const { flight } of this.#running.values()) flight.cancel(new Abandoned());
  }

  #alive(key: string): Numbered<T> | undefined {
    const running = this.#running.get(key);
    return running?.flight.dead ? undefined : running;
  }

  #launch(key: string, work: Work<T>, unattended: boolean): Numbered<T> {
    if (this.#closed) throw new StoreUnavailableError('whoami was closed. Start it anew.');
    const number = ++this.#latest;
    const { timeout, onFailure } = this.#options;
    const flight = new Flight<T>({ work: (signal) => work(number, signal), timeout, unattended });
    const numbered = { number, flight };
    this.#running.set(key, numbered);
    const landed = () => {
      if (this.#running.get(key) === numbered) this.#running.delete(key);
    };
    flight.outcome.then(landed, (error: unknown) => {
      landed();
      if (!(error instanceof Abandoned)) onFailure(error);
    });
    return numbered;
  }

  /** The flight that follows the running one. Whatever started since that one landed is as late as a new one. */
  #queue(key: string, work: Work<T>, running: Numbered<T>): Promise<Numbered<T>> {
    const queued = this.#queued.get(key);
    if (queued) return queued;
    const start = () => {
      this.#queued.delete(key);
      return this.#alive(key) ?? this.#launch(key, work, false);
    };
    const next = running.flight.outcome.then(start, start);
    this.#queued.set(key, next);
    return next;
  }
}
