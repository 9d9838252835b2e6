/**
 * One load of one key, shared by whoever asks for that key while it runs (incident mechanism M9: in-flight requests
 * merged by URL handed one user's answer to another). It belongs to none of its waiters: it runs outside every request,
 * and one that leaves takes nothing from the others. It is aborted when nobody waits any more, or at its deadline.
 */
import { StoreUnavailableError } from '../errors.js';
import { runOutsideContext } from '../request/context-storage.js';

export interface FlightPlan<T> {
  readonly work: (signal: AbortSignal) => Promise<T>;
  /** Milliseconds. */
  readonly timeout: number;
  /** A background refresh: nobody waits for it, and it goes on all the same. */
  readonly unattended: boolean;
}

export class Flight<T> {
  /** Rejects at the deadline or when abandoned, whatever the work makes of its signal. */
  readonly outcome: Promise<T>;
  /** Resolves when it is over, however it ended. */
  readonly landing: Promise<void>;
  readonly #controller = new AbortController();
  readonly #unattended: boolean;
  #waiting = 0;

  constructor({ work, timeout, unattended }: FlightPlan<T>) {
    this.#unattended = unattended;
    this.outcome = this.#run(work, timeout);
    this.landing = this.outcome.then(
      () => {},
      () => {},
    );
  }

  /** Abandoned or past its deadline: nothing will come of it. */
  get dead(): boolean {
    return this.#controller.signal.aborted;
  }

  /** The outcome for one waiter, who leaves when its own signal, not aborted so far, says so. */
  wait(signal?: AbortSignal): Promise<T> {
    this.#waiting++;
    if (signal === undefined) return this.outcome;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#leave();
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      const stay = () => signal.removeEventListener('abort', leave);
      this.outcome.finally(stay).then(resolve, reject);
    });
  }

  cancel(reason: unknown): void {
    this.#controller.abort(reason);
  }

  #leave(): void {
    this.#waiting--;
    if (this.#waiting === 0 && !this.#unattended) this.cancel(new Abandoned());
  }

  #run(work: FlightPlan<T>['work'], timeout: number): Promise<T> {
    const { signal } = this.#controller;
    return new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      const timer = setTimeout(() => this.cancel(tooSlow(timeout)), timeout).unref();
      // The work starts a microtask later, so that whoever launches a flight runs no foreign code in its own step.
      runOutsideContext(() => Promise.resolve().then(() => work(signal)))
        .finally(() => clearTimeout(timer))
        .then(resolve, reject);
    });
  }
}

/** Why a flight stopped that nobody waited for: no failure, and nobody hears of it. */
export class Abandoned extends Error {}

function tooSlow(timeout: number): StoreUnavailableError {
  return new StoreUnavailableError(`A load for whoami or of a service token took longer than ${timeout} ms.`);
}
