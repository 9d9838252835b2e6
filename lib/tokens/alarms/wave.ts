/** Tokens that stop working one after another, and when to say so: at first, and when it has grown. */
import type { Reason } from './sighting.js';

const MINUTE = 60_000;
/** After so long without another one, the next one begins a wave of its own. */
const QUIET = 5 * MINUTE;
/** Said again at once when it has grown so much, otherwise after a minute. */
const GROWTH = 10;

export class Wave {
  #beganAt = 0;
  #firstAt = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #saidAt = Number.NEGATIVE_INFINITY;
  #said = 0;
  #counts = new Map<Reason, number>();

  /** Both in milliseconds: `elapsed` for what lies between, `now` for what is said. */
  add(reason: Reason, { elapsed, now }: { readonly elapsed: number; readonly now: number }): void {
    if (elapsed - this.#lastAt > QUIET) {
      this.#counts = new Map();
      this.#said = 0;
      this.#saidAt = Number.NEGATIVE_INFINITY;
      this.#firstAt = elapsed;
      this.#beganAt = now;
    }
    this.#lastAt = elapsed;
    this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + 1);
  }

  /** Whether there is something new to say; what is answered with true counts as said. */
  isNews(): boolean {
    const { size } = this;
    if (size < this.#said * GROWTH && this.#lastAt - this.#saidAt < MINUTE) return false;
    this.#said = size;
    this.#saidAt = this.#lastAt;
    return true;
  }

  get size(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Wall time of the first one. */
  get beganAt(): number {
    return this.#beganAt;
  }

  /** Milliseconds from the first one to the last. */
  get lasted(): number {
    return this.#lastAt - this.#firstAt;
  }

  /** How many for each reason, the most first. */
  get reasons(): readonly (readonly [Reason, number])[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a);
  }
}
