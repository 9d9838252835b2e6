/** R7: a process's copy of the revocation log: what is revoked, and whether this process may still say so. */
import type { Clock } from '../clock.js';
import type { Events } from '../events.js';
import { pause, systemTimers, type Timers, within } from '../timers.js';
import { Confirmation } from './confirmation.js';
import { type Birth, Copy } from './copy.js';
import type { Claims } from './covers.js';
import { doubtOf } from './doubt.js';
import type { Verdict } from './history.js';
import { type EntryListener, Listeners, type ReloadListener } from './listeners.js';
import type { AppendAnswer, LogEntry, PollAnswer, RevocationLog } from './log.js';
import { Outage } from './outage.js';
import { Polling } from './polling.js';
import { Refounding } from './refounding.js';

export type { Birth } from './copy.js';

export interface ReplicaOptions {
  readonly log: RevocationLog;
  readonly clock: Clock;
  readonly events: Events;
  readonly timers?: Timers;
}

/** Between two attempts to catch up, in milliseconds. */
const PAUSE = 5;

export class Replica {
  readonly #log: RevocationLog;
  readonly #timers: Timers;
  readonly #listeners: Listeners;
  readonly #copy: Copy;
  readonly #polling: Polling;
  readonly #refounding: Refounding;
  readonly #confirmation: Confirmation;
  readonly #outage: Outage;

  constructor({ log, clock, events, timers = systemTimers }: ReplicaOptions) {
    this.#log = log;
    this.#timers = timers;
    this.#listeners = new Listeners(events);
    this.#copy = new Copy(this.#listeners);
    this.#confirmation = new Confirmation(log, clock);
    this.#outage = new Outage(events);
    const failed = (error: unknown) => this.#outage.begin(error);
    this.#polling = new Polling({
      log,
      clock,
      timers,
      request: () => this.#copy.request(),
      take: (answer, noted) => this.#take(answer, noted),
      failed,
    });
    this.#refounding = new Refounding({ log, timers, events, poll: () => this.#polling.fresh(), failed });
  }

  /** Polls now and every third of a lease from now on. */
  start(): void {
    void this.poll();
    const third = this.#log.lease / 3;
    if (Number.isFinite(third)) this.#polling.repeat(third, () => this.#confirmation.renew());
  }

  /** Whether everything in force is known here. The clock is read last: call it after the look-up, with no await. */
  confirmed(): boolean {
    return this.#confirmation.holds();
  }

  /** Where a session is born now; null while unconfirmed. */
  position(): Birth | null {
    const { birth } = this.#copy;
    return birth !== null && this.confirmed() ? birth : null;
  }

  /** What is known of the session, confirmed or not: admission.ts asks in the right order. */
  verdict(claims: Claims): Verdict {
    return this.#copy.verdict(claims);
  }

  /**
   * All entries after a position, refreshes included.
   * @throws StoreUnavailableError for a position of another log, or one that more than 10,000 entries followed.
   */
  entriesSince(birth: Birth): readonly LogEntry[] {
    return this.#copy.since(birth);
  }

  /** Whether an append's entry is in the log that is held here, under the epoch that took it. */
  shows(answer: AppendAnswer): boolean {
    return this.#copy.shows(answer);
  }

  /** A poll sent after this call, shared with whoever else asks meanwhile; whether it was sound. Never rejects. */
  poll(): Promise<boolean> {
    return this.#polling.fresh().then((outcome) => outcome === 'sound');
  }

  /** Whether the replica came to hold all that was in the log at this call, within the deadline in milliseconds. */
  async catchUp(deadlineMs: number): Promise<boolean> {
    if (this.#confirmation.renew()) return true;
    try {
      return await within(this.#timers, deadlineMs, (signal) => this.#untilSound(signal));
    } catch {
      return false; // The deadline; why the polls failed has been reported.
    }
  }

  onEntry(listener: EntryListener): () => void {
    return this.#listeners.onEntry(listener);
  }

  /** Called where the log was replaced as a whole: whatever was derived from it is void. */
  onReload(listener: ReloadListener): () => void {
    return this.#listeners.onReload(listener);
  }

  async close(): Promise<void> {
    await this.#polling.close();
    await this.#refounding.settled();
    this.#confirmation.withdraw();
  }

  async #untilSound(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted && !this.#polling.closed) {
      if ((await this.poll()) && this.confirmed()) return true;
      await pause(this.#timers, PAUSE);
    }
    return false;
  }

  #take(answer: PollAnswer, noted: number): boolean {
    const { header } = answer;
    const doubt = doubtOf(answer);
    if (header === null || doubt !== null) {
      this.#confirmation.withdraw();
      this.#refounding.begin(doubt ?? 'no-header', header, !this.#copy.empty);
      return false;
    }
    this.#copy.apply(answer, header);
    if (answer.more) this.#confirmation.withdraw();
    else this.#confirmation.confirm(noted, answer.version);
    this.#outage.end();
    return true;
  }
}
