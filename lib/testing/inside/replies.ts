/** What other servers answer, held back while it is to be late. */
export class Replies {
  readonly #held: (() => void)[] = [];
  #holding = false;

  hold(): void {
    this.#holding = true;
  }

  /** In the order in which they came. */
  release(): void {
    this.#holding = false;
    for (const pass of this.#held.splice(0)) pass();
  }

  /** @returns whether it waits now */
  keep(pass: () => void): boolean {
    if (this.#holding) this.#held.push(pass);
    return this.#holding;
  }
}
