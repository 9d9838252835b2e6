/** Polls of the log, one at a time, each with a deadline. Who needs one sent from now on shares the next. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.js';
import { StoreUnavailableError } from '../errors.js';
import { type Cancel, type Timers, within } from '../timers.js';
import type { PollAnswer, PollRequest, RevocationLog } from './log.js';

/** 'doubt': the store answered, and may have forgotten something. 'failed': no answer in time. */
export type PollOutcome = 'sound' | 'doubt' | 'failed';

export interface PollingOptions {
  readonly log: RevocationLog;
  readonly clock: Clock;
  readonly timers: Timers;
  request(): PollRequest;
  /** What an answer means; `noted` is the clock as it was before sending. Answers whether it was sound. */
  take(answer: PollAnswer, noted: number): boolean;
  failed(error: unknown): void;
}

/** A third of a lease below this is no deadline a loaded machine could keep, in milliseconds. */
const LEAST_DEADLINE = 100;
const OWN_DEADLINE = 1_000;

export class Polling {
  readonly #options: PollingOptions;
  readonly #deadline: number;
  #inFlight: Promise<PollOutcome> | null = null;
  #next: Promise<PollOutcome> | null = null;
  #cancel: Cancel = () => {};
  #closed = false;

  constructor(options: PollingOptions) {
    this.#options = options;
    const third = options.log.lease / 3;
    this.#deadline = third >= LEAST_DEADLINE && Number.isFinite(third) ? third : OWN_DEADLINE;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A poll that is sent after this call. Never rejects. */
  fresh(): Promise<PollOutcome> {
    if (this.#closed) return Promise.resolve('failed');
    if (this.#inFlight === null) {
      this.#inFlight = this.#send().finally(() => {
        this.#inFlight = null;
      });
      return this.#inFlight;
    }
    this.#next ??= this.#inFlight.then(() => {
      this.#next = null;
      return this.fresh();
    });
    return this.#next;
  }

  /** Polls every `ms`, unless `spared` says that there is nothing to learn. */
  repeat(ms: number, spared: () => boolean): void {
    const tick = async () => {
      if (!spared()) await this.fresh();
      if (!this.#closed) this.repeat(ms, spared);
    };
    this.#cancel = this.#options.timers.after(ms, () => void tick(), { background: true });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#inFlight;
  }

  async #send(): Promise<PollOutcome> {
    try {
      for (;;) {
        const { sound, more } = await this.#page();
        if (!sound) return 'doubt';
        if (!more) return 'sound';
        await setImmediate();
        if (this.#closed) return 'failed';
      }
    } catch (error) {
      this.#options.failed(error);
      return 'failed';
    }
  }

  async #page(): Promise<{ sound: boolean; more: boolean }> {
    const { log, clock, timers, request, take } = this.#options;
    const noted = clock.elapsed();
    const answer = await within(timers, this.#deadline, (signal) => log.poll(request(), signal));
    // A process that was stopped meanwhile finds timer and answer at once; only the clock says which came late.
    if (clock.elapsed() - noted > this.#deadline)
      throw new StoreUnavailableError('An answer of the log came too late.');
    return { sound: take(answer, noted), more: answer.more };
  }
}
