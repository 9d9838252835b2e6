/**
 * The tracer of R8: an activity cookie that names another session than the request's was handed on by a cache, unless
 * it names a session this browser had before. Reported while nobody is harmed, once for each pair.
 */
import { dropOldest } from '../bounded.js';
import type { EventSource, Events } from '../events.js';

const MOST_PAIRS = 10_000;

export interface Sighting {
  /** Hash of the admitted session. */
  readonly session: string;
  /** Beginnings of the hashes of those its browser had before. */
  readonly predecessors: readonly string[];
  /** Hash of the session that the activity cookie names. */
  readonly activity: string;
}

export class SwapDetector {
  readonly #events: Events;
  readonly #reported = new Set<string>();

  constructor(events: Events) {
    this.#events = events;
  }

  observe({ session, predecessors, activity }: Sighting, source: EventSource): void {
    if (session === activity) return;
    const detail = { session, activity };
    if (predecessors.some((beginning) => activity.startsWith(beginning))) {
      const message = "A slow answer brought the activity cookie of this browser's earlier session back.";
      this.#events.emit('activity.late', message, { source, detail });
      return;
    }
    if (!this.#isNew(`${session} ${activity}`)) return;
    const message =
      "A request brought the activity cookie of another session: a cache in front hands on one user's responses to " +
      'another. Sessions are safe, bodies of pages are not: find the cache and make it obey Cache-Control.';
    this.#events.emit('swap.suspected', message, { source, detail });
  }

  #isNew(pair: string): boolean {
    if (this.#reported.has(pair)) return false;
    this.#reported.add(pair);
    dropOldest(this.#reported, MOST_PAIRS);
    return true;
  }
}
