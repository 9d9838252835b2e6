/** The list of anonymous sessions, on the kit's side of its port. Nothing of it is anybody's: a row is a root and a time. */
import { dropOldest } from '../bounded.js';
import type { Clock } from '../clock.js';
import type { AnonymousToken } from './anonymous.js';
import { callStore } from './store-call.js';
import type { AnonymousStore } from './stored-port.js';

const MOST_ENDED = 10_000;

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
  /** When a login or logout ended them, in this process. */
  readonly #ended = new Map<string, number>();

  constructor(options: AnonymousOptions) {
    this.#options = options;
  }

  /** The longest unused go where there are too many, so that requests without cookies can't fill the store. */
  add({ root }: AnonymousToken): Promise<void> {
    const { store, clock, most, deadline } = this.#options;
    return callStore(deadline, (signal) => store.add(root, clock.now(), most, signal));
  }

  /** Ends one, with its values. Never by an entry in the log: whoever sends no cookies could fill that. */
  async remove({ root }: AnonymousToken): Promise<void> {
    const { store, clock, deadline } = this.#options;
    await callStore(deadline, (signal) => store.remove(root, signal));
    this.#ended.set(root, clock.now());
    dropOldest(this.#ended, MOST_ENDED);
  }

  /** Whether a login or logout ended it while a request was on its way that had opened at `time`. */
  endedAfter({ root }: AnonymousToken, time: number): boolean {
    return (this.#ended.get(root) ?? Number.NEGATIVE_INFINITY) > time;
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
