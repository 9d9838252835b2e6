/** Requests for the same at the same time: the first one asks, the others wait for what it gets. */
import type { Served } from './cache.js';
import type { Asked } from './judgement.js';

interface Flight {
  readonly request: Asked;
  readonly served: Served;
}

interface Waiting {
  readonly landed: Promise<Flight>;
  /** The first one included. */
  count: number;
}

export class Flights {
  readonly #waiting = new Map<string, Waiting>();
  #wanted = 1;
  #changed: () => void = () => {};

  /** The next answers are given only when so many wait for them: requests then are at once without any luck. */
  gather(count: number): void {
    this.#wanted = count;
    this.#changed();
  }

  /** What whoever asks for it already gets; null if nobody does. */
  join(key: string): Promise<Flight> | null {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return null;
    waiting.count++;
    this.#changed();
    return waiting.landed;
  }

  /** @param ask goes to the origin */
  async lead(key: string, request: Asked, ask: () => Promise<Served>): Promise<Served> {
    let land: (flight: Flight) => void = () => {};
    const waiting: Waiting = { landed: new Promise((resolve) => (land = resolve)), count: 1 };
    this.#waiting.set(key, waiting);
    const served = await ask();
    while (waiting.count < this.#wanted) await new Promise<void>((resolve) => this.#onChange(resolve));
    this.#waiting.delete(key);
    land({ request, served });
    return served;
  }

  #onChange(resolve: () => void): void {
    const before = this.#changed;
    this.#changed = () => {
      before();
      resolve();
    };
  }
}
