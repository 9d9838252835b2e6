import { nameOf, StoreUnavailableError } from '../errors.js';
import type { Events } from '../events.js';

/** Reports that the log, or something else, is out of reach: once, until it was reached again. */
export class Outage {
  readonly #events: Events;
  readonly #what: string;
  #lasts = false;

  constructor(events: Events, what = 'The revocation log is') {
    this.#events = events;
    this.#what = what;
  }

  begin(error: unknown): void {
    if (this.#lasts) return;
    this.#lasts = true;
    // Only our own messages: a driver's may name hosts and users.
    const name = nameOf(error);
    const reason = error instanceof StoreUnavailableError ? error.message : `It failed with ${name}.`;
    this.#events.emit('store.unavailable', `${this.#what} out of reach: ${reason}`);
  }

  end(): void {
    this.#lasts = false;
  }
}
