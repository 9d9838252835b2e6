/** The loads under way, at most one for each key, numbered in the order of their start across all keys. */
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
   * Waits for a load of this key that started after flight number `after`: the running one, or the next. Requests that
   * force fresh answers share that next one, so they cost one load at a time however many they are.
   */
  async join(key: string, work: Work<T>, after: number, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    let { number, flight } = this.#alive(key) ?? this.#launch(key, work, false);
    while (number <= after) {
      await flight.landing;
      signal?.throwIfAborted();
      ({ number, flight } = this.#alive(key) ?? this.#launch(key, work, false));
    }
    return flight.wait(signal);
  }

  /** A load that nobody waits for, unless one is running. */
  refresh(key: string, work: Work<T>): void {
    if (!this.#alive(key)) this.#launch(key, work, true);
  }

  /** Cancels all that runs, and refuses from now on. */
  close(): void {
    this.#closed = true;
    for (const { flight } of this.#running.values()) flight.cancel(closed());
  }

  #alive(key: string): Numbered<T> | undefined {
    const running = this.#running.get(key);
    return running?.flight.dead ? undefined : running;
  }

  #launch(key: string, work: Work<T>, unattended: boolean): Numbered<T> {
    if (this.#closed) throw closed();
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
      if (!this.#closed && !(error instanceof Abandoned)) onFailure(error);
    });
    return numbered;
  }
}

function closed(): StoreUnavailableError {
  return new StoreUnavailableError('This was closed, as at the end of the process.');
}
