/** The list of anonymous sessions, on the kit's side of its port. Nothing of it is anybody's: a row is a root and a time. */
import type { Clock } from '../clock.js';
import type { AnonymousToken } from './anonymous.js';
import { callStore } from './store-call.js';
import type { AnonymousStore } from './stored-port.js';

export interface AnonymousOptions {
  readonly store: AnonymousStore;
  readonly clock: Clock;
  /** Milliseconds after which one that nobody used is over. */
  readonly idle: number;
  /** How many are kept. */
  readonly most: number;
  /** Milliseconds that the store may take. */
  readonly deadline: number;
}

export class AnonymousSessions {
  readonly #options: AnonymousOptions;

  constructor(options: AnonymousOptions) {
    this.#options = options;
  }

  /** The longest unused go where there are too many, so that requests without cookies can't fill the store. */
  add({ root }: AnonymousToken): Promise<void> {
    const { store, clock, most, deadline } = this.#options;
    return callStore(deadline, (signal) => store.add(root, clock.now(), most, signal));
  }

  /** Ends one, with its values. Never by an entry in the log: whoever sends no cookies could fill that. */
  remove({ root }: AnonymousToken): Promise<void> {
    const { store, deadline } = this.#options;
    return callStore(deadline, (signal) => store.remove(root, signal));
  }

  seen(marks: ReadonlyMap<string, number>): Promise<void> {
    return this.#options.store.seen(marks);
  }

  /** Drops those that are over. */
  async prune(): Promise<void> {
    const { store, clock, idle } = this.#options;
    await store.prune(clock.now() - idle);
  }
}
