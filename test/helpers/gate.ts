import { deferred } from './deferred.js';

/** Holds an async function in the middle until the test lets it go on. */
export class Gate {
  readonly #arrival = deferred<void>();
  readonly #opening = deferred<void>();
  /** Resolves when the held function has come to the gate. */
  readonly reached = this.#arrival.promise;

  wait(): Promise<void> {
    this.#arrival.resolve();
    return this.#opening.promise;
  }

  open(): void {
    this.#opening.resolve();
  }
}
