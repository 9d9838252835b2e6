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
  /** Above so many subjects or sessions, the oldest marks become one that covers everyone. Default 100,000. */
  readonly maxMarks?: number;
}

export class Forgotten {
  readonly #subjects = new Map<string, Mark>();
  readonly #sessions = new Map<string, Mark>();
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
      this.#subjects.clear();
      this.#sessions.clear();
    } else if ('subject' in what) {
      this.#add(this.#subjects, what.subject, latest);
    } else {
      this.#add(this.#sessions, what.session, latest);
    }
  }

  /** `now` by the clock's `elapsed()`. */
  covers({ subject, session, number, startedAt }: Reading, now: number): boolean {
    if (number <= this.#everyone) return true;
    // Its mark may have been pruned by now.
    if (startedAt < now - this.#horizon) return true;
    const bySubject = this.#subjects.get(subject)?.number ?? 0;
    const bySession = this.#sessions.get(session)?.number ?? 0;
    return number <= bySubject || number <= bySession;
  }

  /** Marks stand in the order they were made, oldest first. */
  #add(marks: Map<string, Mark>, name: string, number: number): void {
    const now = this.#clock.elapsed();
    marks.delete(name);
    marks.set(name, { number, at: now });
    for (const [oldest, mark] of marks) {
      const covered = mark.at < now - this.#horizon;
      if (!covered && marks.size <= this.#maxMarks) return;
      if (!covered) this.#everyone = Math.max(this.#everyone, mark.number);
      marks.delete(oldest);
    }
  }
}
