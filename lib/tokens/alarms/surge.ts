/**
 * Tells when far more of something happens than its own recent past lets expect. It counts by the second and compares the
 * last seconds, and the last minute, with the hour before them.
 *
 * What happens by itself comes at random and independently, so a window that should hold `expected` of it holds about
 * the square root of that more or less (Poisson). Eight times as much more, and `least` on top, are no chance: simulated
 * with a `least` of three, ten an hour reach it once in decades, a hundred an hour once in about ten years.
 */
const SECOND = 1_000;
const REMEMBERED = 3_600;
const SIGMAS = 8;

interface Window {
  readonly seconds: number;
  /** What is never too much within it, as a multiple of `least`. */
  readonly least: number;
}

/** The short one notices a wave at once, the long one a wave of what is seldom used. */
const WINDOWS: readonly Window[] = [
  { seconds: 5, least: 1 },
  { seconds: 60, least: 2 },
];

export class Surge {
  readonly #least: number;
  readonly #counts = new Uint32Array(REMEMBERED);
  /** The second that was counted last. */
  #second = Number.NEGATIVE_INFINITY;
  #total = 0;

  /** @param least what is never too much, however quiet the hour was: a surge has at least so many */
  constructor(least: number) {
    this.#least = least;
  }

  /**
   * Counts one. Answers whether it belongs to a surge.
   * @param elapsed milliseconds of a clock that only grows
   */
  add(elapsed: number): boolean {
    this.#forgetUntil(Math.floor(elapsed / SECOND));
    const place = this.#second % REMEMBERED;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#total++;
    return WINDOWS.some((window) => this.#isUnusual(window));
  }

  #isUnusual({ seconds, least }: Window): boolean {
    const now = this.#within(seconds);
    // A process that has just started has a quiet hour behind it, as far as it knows.
    const expected = ((this.#total - now) / (REMEMBERED - seconds)) * seconds;
    return now >= this.#least * least + expected + SIGMAS * Math.sqrt(expected);
  }

  /** The second that runs and the `seconds` before it, so that no part of the window is missed. */
  #within(seconds: number): number {
    let sum = 0;
    for (let back = 0; back <= seconds; back++) {
      sum += this.#counts[(this.#second - back + REMEMBERED) % REMEMBERED] ?? 0;
    }
    return sum;
  }

  /** Empties the places of the seconds since the last one: they hold what happened an hour before. */
  #forgetUntil(second: number): void {
    if (second - this.#second >= REMEMBERED) {
      this.#counts.fill(0);
      this.#total = 0;
      this.#second = second;
    }
    while (this.#second < second) {
      this.#second++;
      const place = this.#second % REMEMBERED;
      this.#total -= this.#counts[place] ?? 0;
      this.#counts[place] = 0;
    }
  }
}
