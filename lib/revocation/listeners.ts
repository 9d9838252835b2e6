/** Who in this process wants to hear of entries: caches, mostly. One that throws harms neither the log nor the others. */
import { nameOf } from '../errors.js';
import type { Events } from '../events.js';
import type { LogEntry } from './log.js';

export type EntryListener = (entry: LogEntry) => void;
export type ReloadListener = () => void;

export class Listeners {
  readonly #events: Events;
  readonly #entry = new Set<EntryListener>();
  readonly #reload = new Set<ReloadListener>();

  constructor(events: Events) {
    this.#events = events;
  }

  onEntry(listener: EntryListener): () => void {
    this.#entry.add(listener);
    return () => void this.#entry.delete(listener);
  }

  onReload(listener: ReloadListener): () => void {
    this.#reload.add(listener);
    return () => void this.#reload.delete(listener);
  }

  entry(entry: LogEntry): void {
    for (const listener of this.#entry) this.#deliver(() => listener(entry));
  }

  reload(): void {
    for (const listener of this.#reload) this.#deliver(listener);
  }

  #deliver(call: () => void): void {
    try {
      call();
    } catch (error) {
      const name = nameOf(error);
      this.#events.emit('listener.failed', `A listener of the revocation log threw a ${name}.`);
    }
  }
}
