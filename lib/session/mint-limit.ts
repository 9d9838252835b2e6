/**
 * At most a hundred new ids an hour for one subject. Each is an entry in the log that lives for weeks, so a script that
 * logs in for every request it makes would fill it.
 */
import { dropOldest } from '../bounded.js';
import type { Clock } from '../clock.js';
import { SessionError } from '../errors.js';

const HOUR = 3_600_000;
const MOST = 100;
const SUBJECTS = 10_000;

export class MintLimit {
  readonly #minted = new Map<string, number[]>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one. @throws SessionError ERR_TOO_MANY_SESSIONS above a hundred in the last hour, in this process. */
  count(subject: string): void {
    const now = this.#clock.elapsed();
    const recent = (this.#minted.get(subject) ?? []).filter((time) => now - time < HOUR);
    if (recent.length >= MOST) {
      throw new SessionError(
        'ERR_TOO_MANY_SESSIONS',
        `One subject began more than ${MOST} sessions within an hour. A client should log in once and keep its cookie.`,
      );
    }
    recent.push(now);
    this.#minted.delete(subject);
    this.#minted.set(subject, recent);
    dropOldest(this.#minted, SUBJECTS);
  }
}
