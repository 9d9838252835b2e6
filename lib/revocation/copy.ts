/** What a process holds of the log: its history, and the epoch that it was answered under. */
import { StoreUnavailableError } from '../errors.js';
import type { Claims } from './covers.js';
import { History, type Verdict } from './history.js';
import type { Listeners } from './listeners.js';
import type { AppendAnswer, LogEntry, LogHeader, PollAnswer, PollRequest, Position } from './log.js';

/** A place in a log by name: where a session is born. */
export interface Birth {
  readonly genesis: string;
  readonly position: Position;
}

export class Copy {
  readonly #listeners: Listeners;
  #history: History | null = null;
  #epoch = '';

  constructor(listeners: Listeners) {
    this.#listeners = listeners;
  }

  get empty(): boolean {
    return this.#history === null;
  }

  /** Where a session is born now, as far as is known here; null while nothing is. */
  get birth(): Birth | null {
    return this.#history && { genesis: this.#history.genesis, position: this.#history.own };
  }

  verdict(claims: Claims): Verdict {
    return this.#history?.verdict(claims) ?? 'unknown';
  }

  since({ genesis, position }: Birth): readonly LogEntry[] {
    if (this.#history === null) throw new StoreUnavailableError('The revocation log has not been read yet. Try again.');
    return this.#history.since(genesis, position);
  }

  /** Whether an append's entry is held, under the epoch that took it. */
  shows({ genesis, epoch, position }: AppendAnswer): boolean {
    return this.#history?.genesis === genesis && this.#epoch === epoch && this.#history.holds(position);
  }

  /** What to ask for next. */
  request(): PollRequest {
    if (this.#history === null) return { member: null, after: null };
    const { genesis, own, latest } = this.#history;
    return { member: null, after: { genesis, position: own, latest } };
  }

  apply({ reload, entries }: PollAnswer, header: LogHeader): void {
    const before = this.#history;
    const fresh = reload || before === null;
    const history = fresh ? new History(header.genesis, header.base) : before;
    for (const entry of entries) history.add(entry);
    history.rebase(header.base);
    this.#history = history;
    this.#epoch = header.epoch;
    if (!fresh) for (const entry of entries) this.#listeners.entry(entry);
    else if (before !== null) this.#listeners.reload();
  }
}
