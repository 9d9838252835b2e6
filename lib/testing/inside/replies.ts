/** What other servers answer, held back while it is to be late. */
export class Replies {
  readonly #held: (() => void)[] = [];
  #holding = false;
  #before = 0;
  #count = 0;

  /** How many have come since the last question for it, held or not. */
  takeCount(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }

  /** How many are held back. */
  get waiting(): number {
    return this.#held.length;
  }

  /** @param before how many are still let through */
  hold(before = 0): void {
    this.#holding = true;
    this.#before = before;
  }

  /** In the order in which they came. */
  release(): void {
    this.#holding = false;
    for (const pass of this.#held.splice(0)) pass();
  }

  /** @returns whether it waits now */
  keep(pass: () => void): boolean {
    this.#count++;
    if (!this.#holding || this.#before-- > 0) return false;
    this.#held.push(pass);
    return true;
  }
}
