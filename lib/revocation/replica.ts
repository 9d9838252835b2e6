/** R7: a process's copy of the revocation log: what is revoked, and whether this process may still say so. */
import type { Clock } from '../clock.js';
import { StoreUnavailableError } from '../errors.js';
import type { Events } from '../events.js';
import { pause, systemTimers, type Timers, within } from '../timers.js';
import { Confirmation } from './confirmation.js';
import type { Claims } from './covers.js';
import { doubtOf } from './doubt.js';
import { History, type Verdict } from './history.js';
import { type EntryListener, Listeners, type ReloadListener } from './listeners.js';
import type { AppendAnswer, LogEntry, LogHeader, PollAnswer, PollRequest, Position, RevocationLog } from './log.js';
import { Outage } from './outage.js';
import { Polling } from './polling.js';
import { Refounding } from './refounding.js';

/** A place in a log by name: where a session is born. */
export interface Birth {
  readonly genesis: string;
  readonly position: Position;
}

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
  readonly #polling: Polling;
  readonly #refounding: Refounding;
  readonly #confirmation: Confirmation;
  readonly #outage: Outage;
  #history: History | null = null;
  #epoch = '';

  constructor({ log, clock, events, timers = systemTimers }: ReplicaOptions) {
    this.#log = log;
    this.#timers = timers;
    this.#listeners = new Listeners(events);
    this.#confirmation = new Confirmation(log, clock);
    this.#outage = new Outage(events);
    const failed = (error: unknown) => this.#outage.begin(error);
    this.#polling = new Polling({
      log,
      clock,
      timers,
      request: () => this.#request(),
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
    const history = this.#history;
    if (history === null || !this.confirmed()) return null;
    return { genesis: history.genesis, position: history.own };
  }

  /** What is known of the session, confirmed or not: admission.ts asks in the right order. */
  verdict(claims: Claims): Verdict {
    return this.#history?.verdict(claims) ?? 'unknown';
  }

  /**
   * All entries after a position, refreshes included.
   * @throws StoreUnavailableError for a position of another log, or one that more than 10,000 entries followed.
   */
  entriesSince({ genesis, position }: Birth): readonly LogEntry[] {
    if (this.#history === null) throw new StoreUnavailableError('The revocation log has not been read yet. Try again.');
    return this.#history.since(genesis, position);
  }

  /** The last entry of any kind; 0 while none is known. */
  latest(): Position {
    return this.#history?.latest ?? 0;
  }

  /** Whether an append's entry is in the log that is held here, under the epoch that took it. */
  shows({ genesis, epoch, position }: AppendAnswer): boolean {
    return this.#history?.genesis === genesis && this.#epoch === epoch && this.#history.holds(position);
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

  #request(): PollRequest {
    const history = this.#history;
    if (history === null) return { member: null, after: null };
    const { genesis, own, latest } = history;
    return { member: null, after: { genesis, position: own, latest } };
  }

  #take(answer: PollAnswer, noted: number): boolean {
    const { header } = answer;
    const doubt = doubtOf(answer);
    if (header === null || doubt !== null) {
      this.#confirmation.withdraw();
      this.#refounding.begin(doubt ?? 'no-header', header, this.#history !== null);
      return false;
    }
    this.#apply(answer, header);
    if (answer.more) this.#confirmation.withdraw();
    else this.#confirmation.confirm(noted, answer.version);
    this.#outage.end();
    return true;
  }

  #apply({ reload, entries }: PollAnswer, header: LogHeader): void {
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
