/** The last entries of the log as they are, for logins under way and for caches. Older ones live on in the history. */
import type { LogEntry, Position } from './log.js';

const MOST = 10_000;

export class RecentEntries {
  #entries: LogEntry[] = [];
  /** All entries after this position are here. */
  #complete: Position;

  constructor(base: Position) {
    this.#complete = base;
  }

  get latest(): Position {
    return this.#entries.at(-1)?.position ?? 0;
  }

  /**
   * What was held from this position on gives way. That can only be refreshes: they are sent a second time once the
   * last of them has gone from the store, and a store that lost one has used its place for another entry.
   */
  add(entry: LogEntry): void {
    while (this.latest >= entry.position) this.#entries.pop();
    this.#entries.push(entry);
    if (this.#entries.length < 2 * MOST) return;
    this.#complete = this.#entries[MOST - 1]?.position ?? this.#complete;
    this.#entries = this.#entries.slice(MOST);
  }

  has(position: Position): boolean {
    return this.#entries[this.#firstAfter(position) - 1]?.position === position;
  }

  /** Null if some of them are no longer here. */
  since(position: Position): readonly LogEntry[] | null {
    if (position < this.#complete) return null;
    return this.#entries.slice(this.#firstAfter(position));
  }

  /** From the end: what is asked for came a moment ago. */
  #firstAfter(position: Position): number {
    let first = this.#entries.length;
    while (first > 0 && (this.#entries[first - 1]?.position ?? 0) > position) first--;
    return first;
  }
}
