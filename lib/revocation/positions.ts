/** Positions in rising order, 8 bytes each: which births are in the log. Millions of them are normal. */
import type { Position } from './log.js';

const START = 64;

export class Positions {
  #values = new Float64Array(START);
  /** What is held lies between these two indices. */
  #from = 0;
  #to = 0;

  get size(): number {
    return this.#to - this.#from;
  }

  /** @throws RangeError if the position is not later than all others: a log that is out of order is none. */
  push(position: Position): void {
    if (this.size > 0 && position <= (this.#values[this.#to - 1] ?? 0)) {
      throw new RangeError('The revocation log was answered out of order.');
    }
    if (this.#to === this.#values.length) this.#makeRoom();
    this.#values[this.#to++] = position;
  }

  has(position: Position): boolean {
    const index = this.#indexOf(position);
    return index < this.#to && this.#values[index] === position;
  }

  /** Forgets all up to and including this one. */
  dropThrough(position: Position): void {
    this.#from = this.has(position) ? this.#indexOf(position) + 1 : this.#indexOf(position);
  }

  /** The index of the first value that is not smaller, by halving; `#to` if there is none. */
  #indexOf(position: Position): number {
    let low = this.#from;
    let high = this.#to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#values[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #makeRoom(): void {
    const held = this.#values.subarray(this.#from, this.#to);
    // Mostly dropped: the same room is enough. Mostly held: half as much again.
    const room = held.length > this.#values.length / 2 ? Math.ceil(held.length * 1.5) : this.#values.length;
    const values = new Float64Array(room);
    values.set(held);
    this.#values = values;
    this.#from = 0;
    this.#to = held.length;
  }
}
