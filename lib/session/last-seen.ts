/**
 * Last-seen marks, gathered and written together: at most one write a minute a session, in a column of its own, never
 * in the path of a request. Where sessions end after minutes without use, more often: a client with a token has no
 * other proof of its last use. A mark that could not be written is kept and tried again.
 */
import { dropOldest } from '../bounded.js';
import type { Clock } from '../clock.js';
import type { Events } from '../events.js';

const EVERY = 60_000;
const DELAY = 1_000;
/** Marks kept while the store is away, and recent writes remembered: the oldest go first. */
const MOST = 100_000;

/** Where the marks go: the registry, or the list of anonymous sessions. */
export interface SeenMarks {
  seen(marks: ReadonlyMap<string, number>): Promise<void>;
}

export class LastSeen {
  readonly #store: SeenMarks;
  readonly #clock: Clock;
  readonly #events: Events;
  readonly #every: number;
  readonly #written = new Map<string, number>();
  #pending = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  /** @param idle milliseconds without use after which a session ends */
  constructor(store: SeenMarks, clock: Clock, events: Events, idle = Number.POSITIVE_INFINITY) {
    this.#store = store;
    this.#clock = clock;
    this.#events = events;
    this.#every = Math.min(EVERY, idle / 10);
  }

  mark(root: string): void {
    const now = this.#clock.now();
    if (Math.abs(now - (this.#written.get(root) ?? Number.NEGATIVE_INFINITY)) < this.#every) return;
    this.#pending.set(root, now);
    dropOldest(this.#pending, MOST);
    this.#timer ??= setTimeout(() => void this.flush(), DELAY).unref();
  }

  /** Writes what is pending; resolves when it is written or has failed. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const marks = this.#pending;
    if (marks.size === 0) return;
    this.#pending = new Map();
    // Before the write: a mark that comes while it is under way must not cause another one.
    for (const [root, time] of marks) this.#written.set(root, time);
    dropOldest(this.#written, MOST);
    try {
      await this.#store.seen(marks);
    } catch {
      for (const root of marks.keys()) this.#written.delete(root);
      for (const [root, time] of this.#pending) marks.set(root, time);
      this.#pending = marks;
      dropOldest(this.#pending, MOST);
      this.#events.emit('store.unavailable', 'Last-seen times could not be written; they will be with the next mark.');
    }
  }
}
