/**
 * What must be loaded anew: a subject (its profile changed), a session, or everyone. A mark covers all that was read
 * by a load which started before it, in the cache or still on its way; so forgetting costs the same however much is
 * cached, and no load that was already running brings the old answer back.
 */
import type { Clock } from '../clock.js';

export type Forgettable = { readonly subject: string } | { readonly session: string } | 'everyone';

/** Whose answer it is, and when it was read: the number of its load, and the clock when that started. */
export interface Reading {
  readonly subject: string;
  readonly session: string;
  readonly number: number;
  readonly startedAt: number;
}

interface Mark {
  readonly number: number;
  readonly at: number;
}

export interface ForgottenOptions {
  readonly clock: Clock;
  /** Milliseconds after which nothing that a mark could cover is served any more. */
  readonly horizon: number;
  /** Above this, the oldest marks become one that covers everyone. Default 100,000. */
  readonly maxMarks?: number;
}

export class Forgotten {
  /** Oldest first. */
  readonly #marks = new Map<string, Mark>();
  readonly #clock: Clock;
  readonly #horizon: number;
  readonly #maxMarks: number;
  #everyone = 0;

  constructor({ clock, horizon, maxMarks = 100_000 }: ForgottenOptions) {
    this.#clock = clock;
    this.#horizon = horizon;
    this.#maxMarks = maxMarks;
  }

  /** `latest` is the number of the load that started last. */
  mark(what: Forgettable, latest: number): void {
    if (what === 'everyone') {
      this.#everyone = latest;
      this.#marks.clear();
      return;
    }
    const name = 'subject' in what ? `subject ${what.subject}` : `session ${what.session}`;
    this.#marks.delete(name);
    this.#marks.set(name, { number: latest, at: this.#clock.elapsed() });
    this.#prune();
  }

  covers({ subject, session, number, startedAt }: Reading): boolean {
    if (number <= this.#everyone) return true;
    // Its mark may have been pruned by now.
    if (startedAt < this.#clock.elapsed() - this.#horizon) return true;
    const bySubject = this.#marks.get(`subject ${subject}`)?.number ?? 0;
    const bySession = this.#marks.get(`session ${session}`)?.number ?? 0;
    return number <= bySubject || number <= bySession;
  }

  #prune(): void {
    const past = this.#clock.elapsed() - this.#horizon;
    for (const [name, { at, number }] of this.#marks) {
      if (at >= past && this.#marks.size <= this.#maxMarks) return;
      if (at >= past) this.#everyone = Math.max(this.#everyone, number);
      this.#marks.delete(name);
    }
  }
}
