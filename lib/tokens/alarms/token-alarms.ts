/**
 * Notices that tokens have stopped working, within seconds, though each of them fails only once. In January 2023 the
 * secrets of service tokens were blanked; an hour went by between the damage and the incident (seed 003).
 *
 * What is counted are tokens, not requests: a client that goes on with an expired token counts once, and whatever nobody
 * here has made, as a scanner sends it, does not count at all. A token that fails though nobody ordered it is an alarm by
 * itself. Ones that were ordered to end are an alarm where far more of them end at a time than in the hour before:
 * somebody revoked the wrong owner, or a clock was set wrong.
 *
 * No timers: everything is decided as a token is seen.
 */
import type { Clock } from '../../clock.js';
import type { Events } from '../../events.js';
import { KnownTokens } from './known-tokens.js';
import type { Reason, Sighting } from './sighting.js';
import { Surge } from './surge.js';
import { Wave } from './wave.js';

/** Fewer tokens that end at a time are no wave. */
const LEAST_TOKENS = 3;
/** Fewer tokens that nobody made are not worth a line: a typing mistake, another environment's token. */
const LEAST_UNKNOWN = 20;
/** A process that has just started is shown old failures too. What ended longer ago than this has not just stopped. */
const RECENT = 600_000;
const MINUTE = 60_000;
const NOBODY_ORDERED: readonly Reason[] = ['damaged', 'missing'];

export class TokenAlarms {
  readonly #events: Events;
  readonly #clock: Clock;
  readonly #known = new KnownTokens();
  readonly #stopped = new Surge(LEAST_TOKENS);
  readonly #wave = new Wave();
  readonly #unknown = new Surge(LEAST_UNKNOWN);
  #saidUnknownAt = Number.NEGATIVE_INFINITY;

  constructor(events: Events, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
  }

  /** How many tokens are remembered. */
  get remembered(): number {
    return this.#known.size;
  }

  /** To be told of each token that was presented and looked up, whatever came of it. Synchronous; never throws. */
  observe(sighting: Sighting): void {
    const { credential, token, outcome } = sighting;
    if (outcome === 'valid') this.#known.worked(credential, token);
    else if (outcome !== 'unknown') this.#failed(sighting, outcome);
    else if (this.#known.isWorking(credential)) this.#failed(sighting, 'missing');
    else if (!this.#known.isFailing(credential)) this.#countUnknown();
  }

  #failed({ credential, token, since }: Sighting, reason: Reason): void {
    const ordered = !NOBODY_ORDERED.includes(reason);
    // A damaged record is one, whatever is presented for it: nobody can make it look like many by making secrets up.
    const failure = this.#known.failed(ordered ? credential : (token ?? credential));
    if (failure === 'repeated') return;
    const now = this.#clock.now();
    const hasJustStopped = failure === 'stopped' || !ordered || now - (since ?? 0) < RECENT;
    this.#tellOf(token, reason, hasJustStopped);
    if (!hasJustStopped) return;
    const elapsed = this.#clock.elapsed();
    this.#wave.add(reason, { elapsed, now });
    const surges = this.#stopped.add(elapsed);
    if ((surges || !ordered) && this.#wave.isNews()) this.#tellOfWave();
  }

  #tellOf(token: string | null, reason: Reason, hasJustStopped: boolean): void {
    const id = token ?? 'unknown';
    const message = `The service token ${id} was refused: ${WHY[reason]}.`;
    const severity = hasJustStopped ? 'warn' : 'info';
    this.#events.emit('token.refused', message, { detail: { token: id, reason }, severity });
  }

  #tellOfWave(): void {
    const { size, lasted, reasons } = this.#wave;
    const since = new Date(this.#wave.beganAt).toISOString();
    const counts = reasons.map(([reason, count]) => `${count} ${reason}`).join(', ');
    const have = size === 1 ? 'token has' : 'tokens have';
    const todo = reasons.some(([reason]) => NOBODY_ORDERED.includes(reason)) ? UNDO_DAMAGE : LOOK_AT_ORDERS;
    const message = `${size} service ${have} stopped working since ${since} (${counts}). ${todo}`;
    const detail = { tokens: size, since, milliseconds: Math.round(lasted), ...Object.fromEntries(reasons) };
    this.#events.emit('tokens.failing', message, { detail });
  }

  #countUnknown(): void {
    const elapsed = this.#clock.elapsed();
    if (!this.#unknown.add(elapsed) || elapsed - this.#saidUnknownAt < MINUTE) return;
    this.#saidUnknownAt = elapsed;
    const message =
      'Far more service tokens than usual that were never made here: a scanner, a client with a token of another ' +
      'environment, or a database without its tokens.';
    this.#events.emit('tokens.unknown', message);
  }
}

const UNDO_DAMAGE =
  'Stop what was released or migrated. What would bring them back: npx swapproof tokens restore all --dry-run';
const LOOK_AT_ORDERS = 'Look at what was revoked or rotated just now, and at the clock.';

const WHY: Readonly<Record<Reason, string>> = {
  expired: 'it has expired',
  revoked: 'it was revoked',
  rotated: 'it is a secret from before its rotation, and the overlap is over',
  damaged: 'its record is not what was written',
  missing: 'it worked a while ago, and its record is gone',
};
