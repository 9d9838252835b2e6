/**
 * What ends doubt where nobody can vouch for the log: a new one, under a new name. Everyone logs in again, and no
 * session that was revoked in the old one comes back.
 */
import type { Events } from '../events.js';
import { pause, type Timers, within } from '../timers.js';
import type { Doubt } from './doubt.js';
import type { LogHeader, RevocationLog } from './log.js';
import type { PollOutcome } from './polling.js';

export interface RefoundingOptions {
  readonly log: RevocationLog;
  readonly timers: Timers;
  readonly events: Events;
  /** A fresh poll. */
  poll(): Promise<PollOutcome>;
  failed(error: unknown): void;
}

const DEADLINE = 1_000;

export class Refounding {
  readonly #options: RefoundingOptions;
  #running: Promise<void> | null = null;

  constructor(options: RefoundingOptions) {
    this.#options = options;
  }

  /** Begins, if it has not begun. `held`: whether this process held a log, so that there is something to report. */
  begin(doubt: Doubt, header: LogHeader | null, held: boolean): void {
    this.#running ??= this.#run(doubt, header, held)
      .catch(this.#options.failed)
      .finally(() => {
        this.#running = null;
      });
  }

  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(doubt: Doubt, header: LogHeader | null, held: boolean): Promise<void> {
    const { log, timers, events, poll } = this.#options;
    // A log that was rolled back goes on taking entries under old positions: no time to lose. Anything else may be
    // a store on its way back.
    if (doubt !== 'rolled-back') {
      await pause(timers, log.wait);
      if ((await poll()) !== 'doubt') return;
    }
    const founded = await within(timers, DEADLINE, (signal) => log.found(header?.epoch ?? null, signal));
    if (founded && (held || header !== null)) {
      events.emit(
        'log.refounded',
        `The store may have forgotten revocations (${doubt}), so a new log was started: everyone logs in again. ` +
          'Find out who replaced, restored or emptied the store.',
        { detail: { doubt } },
      );
    }
    await poll();
  }
}
