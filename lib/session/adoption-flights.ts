/**
 * Adoptions under way and just made, so that requests which still bring the former cookie get the same session: a page
 * sends several at once, and the answer that takes the cookie away is not the first to arrive.
 */
import { dropOldest } from '../bounded.js';
import type { Clock } from '../clock.js';
import type { SessionToken } from './token.js';

/** How long a former cookie is believed after its session was adopted, in milliseconds. */
const WINDOW = 60_000;
const MOST = 10_000;

export interface Adopted {
  readonly token: SessionToken;
  readonly sealed: string;
}

interface Flight {
  readonly adopted: Promise<Adopted>;
  readonly began: number;
}

interface Begun {
  readonly token: SessionToken;
  readonly began: number;
}

export class AdoptionFlights {
  readonly #clock: Clock;
  readonly #flights = new Map<string, Flight>();
  readonly #begun = new Map<string, Begun>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The outcome of the one adoption of this root; what failed is tried anew by who comes next. */
  join(root: string, begin: () => Promise<Adopted>): Promise<Adopted> {
    const known = this.#young(root);
    if (known !== undefined) return known.adopted;
    const flight = { adopted: begin(), began: this.#clock.elapsed() };
    this.#flights.delete(root);
    this.#flights.set(root, flight);
    dropOldest(this.#flights, MOST);
    flight.adopted.catch(() => {
      if (this.#flights.get(root) === flight) this.#flights.delete(root);
    });
    return flight.adopted;
  }

  /** To be called before the former session is ended: from then on the other store may not know it any more. */
  begin(token: SessionToken): void {
    this.#begun.delete(token.root);
    this.#begun.set(token.root, { token, began: this.#clock.elapsed() });
    dropOldest(this.#begun, MOST);
  }

  /** The session that this root was adopted as a moment ago, or would have been if nothing had failed. */
  begun(root: string): SessionToken | null {
    const begun = this.#begun.get(root);
    return begun !== undefined && this.#isYoung(begun) ? begun.token : null;
  }

  /** From now on nobody is believed who comes late. */
  forget(root: string): void {
    this.#flights.delete(root);
    this.#begun.delete(root);
  }

  #young(root: string): Flight | undefined {
    const flight = this.#flights.get(root);
    return flight !== undefined && this.#isYoung(flight) ? flight : undefined;
  }

  #isYoung({ began }: { readonly began: number }): boolean {
    return this.#clock.elapsed() - began < WINDOW;
  }
}
