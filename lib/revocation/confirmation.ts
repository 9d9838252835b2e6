/**
 * Until when a replica's copy may be trusted: for less than a lease after the moment before its latest sound poll was
 * sent. Dated by the answer instead, a process stopped in between would take old news for new.
 */
import type { Clock } from '../clock.js';
import type { RevocationLog } from './log.js';

export class Confirmation {
  readonly #log: RevocationLog;
  readonly #clock: Clock;
  /** The clock before the latest sound poll was sent, and the version it answered. Null in doubt. */
  #proof: { readonly noted: number; readonly version: string } | null = null;

  constructor(log: RevocationLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  confirm(noted: number, version: string): void {
    this.#proof = { noted, version };
  }

  withdraw(): void {
    this.#proof = null;
  }

  /** Reads the clock: what was looked up before this call was in force at this instant. */
  holds(): boolean {
    if (this.#proof === null) return false;
    return this.#clock.elapsed() - this.#proof.noted < this.#log.lease || this.renew();
  }

  /** Confirms anew where the store can say, without an await, that nothing came since the latest sound poll. */
  renew(): boolean {
    if (this.#proof === null) return false;
    const { version } = this.#proof;
    const noted = this.#clock.elapsed();
    if (!this.#log.unchanged?.(version)) return false;
    this.#proof = { noted, version };
    return this.#clock.elapsed() - noted < this.#log.lease;
  }
}
