/**
 * R7: when a revocation resolves, no process admits what it covers. Here by time alone: whoever was confirmed before
 * the entry is no longer a `wait` after it. Acknowledgements, which are faster, come with stores that have members.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import { RevocationError } from '../errors.js';
import type { Events } from '../events.js';
import { pause, systemTimers, type Timers, within } from '../timers.js';
import type { AppendAnswer, EntryKind, NewEntry, RevocationLog } from './log.js';
import type { Birth, Replica } from './replica.js';
import { assertWellFormed } from './well-formed.js';

export interface NewRevocation {
  readonly kind: EntryKind;
  /** Root, id or subject; empty for `everyone`. */
  readonly key: string;
  /** Roots that a revocation of a subject leaves alone. */
  readonly except?: readonly string[];
}

export interface RevokerOptions {
  readonly log: RevocationLog;
  readonly replica: Replica;
  readonly clock: Clock;
  readonly events: Events;
  /** Milliseconds after which a revocation that is not known to hold is given up. Default 10,000. */
  readonly deadline?: number;
  readonly timers?: Timers;
}

const DEADLINE = 10_000;
/** Between attempts, in milliseconds: the first and the longest pause. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 250;

export class Revoker {
  readonly #options: Required<RevokerOptions>;

  constructor(options: RevokerOptions) {
    this.#options = { deadline: DEADLINE, timers: systemTimers, ...options };
  }

  /**
   * Resolves when no process admits what the entry covers; answers the place of the entry in the log.
   * @throws SwapproofError ERR_INVALID_ARGUMENT if the key is no name for what is to be revoked.
   * @throws RevocationError ERR_REVOCATION_UNKNOWN past the deadline: maybe in effect, and safe to call again.
   */
  async append({ kind, key, except = [] }: NewRevocation): Promise<Birth> {
    const { clock, events, timers, deadline } = this.#options;
    const began = clock.elapsed();
    const entry: NewEntry = { tag: randomBytes(16).toString('base64url'), kind, key, except: [...except] };
    assertWellFormed(entry);
    const trouble: { last?: unknown } = {};
    try {
      const { genesis, position } = await within(timers, deadline, (signal) =>
        this.#untilShown(entry, trouble, signal),
      );
      const duration = Math.round(clock.elapsed() - began);
      if (kind !== 'refresh')
        events.emit('revocation.resolved', `${kind} in ${duration} ms.`, { detail: { kind, duration } });
      return { genesis, position };
    } catch (error) {
      throw unknown(deadline, trouble.last ?? error);
    }
  }

  /** The same tag every time: an append that did work, though its answer was lost, is not repeated. */
  async #untilShown(entry: NewEntry, trouble: { last?: unknown }, signal: AbortSignal): Promise<AppendAnswer> {
    const { timers } = this.#options;
    for (let wait = FIRST_PAUSE; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
      try {
        const answer = await this.#attempt(entry, signal);
        if (answer !== null) return answer;
      } catch (error) {
        trouble.last = error;
      }
      await pause(timers, wait);
      signal.throwIfAborted();
    }
  }

  /** Null if a poll that was sent late enough does not show the entry in the log that took it. */
  async #attempt(entry: NewEntry, signal: AbortSignal): Promise<AppendAnswer | null> {
    const { log, replica, timers } = this.#options;
    const answer = await log.append(entry, signal);
    if (log.wait > 0) await pause(timers, log.wait);
    return (await replica.poll()) && replica.shows(answer) ? answer : null;
  }
}

function unknown(deadline: number, cause: unknown): RevocationError {
  const reason = cause instanceof Error ? cause.message : 'no answer';
  return new RevocationError(
    'ERR_REVOCATION_UNKNOWN',
    `A revocation was not known to hold after ${deadline} ms, so it may or may not be in effect. Call it again. (${reason})`,
    { cause },
  );
}
