/** Looks at every answer: does it belong to whoever asked? */
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { type Marked, offsetOf, type Sighting, sightingsOf, textOf } from '../../evidence/marks.js';
import { placeOf } from './journal.js';
import { type GivenCookie, Ledger } from './ledger.js';

/** Something of one user that another was given. */
export interface Swap {
  /** 'cookie': a session cookie. 'worn': the asker's browser had been given the owner's cookie before. */
  readonly via: 'answer' | 'cookie' | 'worn';
  readonly owner: string | null;
  readonly exchange: Exchange;
  readonly sighting: Sighting | null;
  readonly cookie: GivenCookie | null;
}

/** The same, as often as it happened. */
export interface SwapGroup {
  readonly first: Swap;
  count: number;
  readonly receivers: Set<string | null>;
}

const MOST_GROUPS = 100;
/** In a picture's bytes a short name comes up by accident. */
const SHORTEST_IN_BINARY = 8;
const BINARY = /^(?:image\/(?!svg)|font\/|audio\/|video\/|application\/(?:octet-stream|zip|gzip|pdf|wasm))/i;

export class Judge {
  readonly ledger = new Ledger();
  readonly groups = new Map<string, SwapGroup>();
  /** Answers that held a mark of their asker's: only where there are such could a swap be seen. */
  recognised = 0;
  /** The places of those. */
  readonly telling = new Set<string>();
  #people: readonly Marked[] = [];
  #longMarks: readonly Marked[] = [];
  /** `GET /feed ada the-mark`: shown to others on purpose. */
  readonly #shown = new Set<string>();

  /** To be told again whenever somebody has a new mark. */
  knows(people: readonly Marked[]): void {
    this.#people = people;
    this.#longMarks = people.map(({ label, marks }) => ({
      label,
      marks: marks.filter((mark) => mark.length >= SHORTEST_IN_BINARY),
    }));
  }

  /** From now on it may be seen there by everybody. */
  allow(place: string, { owner, mark }: Pick<Sighting, 'owner' | 'mark'>): void {
    this.#shown.add(`${place} ${owner} ${mark}`);
  }

  /** @returns the swaps in it that were not seen before */
  look(exchange: Exchange): SwapGroup[] {
    if (this.holdsOwn(exchange)) {
      this.recognised++;
      this.telling.add(placeOf(exchange));
    }
    const fresh: SwapGroup[] = [];
    for (const swap of this.swapsIn(exchange)) {
      const key = `${swap.via} ${placeOf(exchange)}`;
      const known = this.groups.get(key);
      if (known) {
        known.count++;
        known.receivers.add(exchange.asker);
      } else if (this.groups.size < MOST_GROUPS) {
        const group = { first: swap, count: 1, receivers: new Set([exchange.asker]) };
        this.groups.set(key, group);
        fresh.push(group);
      }
    }
    return fresh;
  }

  swapsIn(exchange: Exchange): Swap[] {
    const worn = this.ledger.wornIn(exchange);
    const given = this.ledger.take(exchange).map((cookie): Swap => {
      return { via: 'cookie', owner: cookie.owner, exchange, sighting: null, cookie };
    });
    const [sighting] = this.sightingsIn(exchange);
    if (sighting === undefined) return given;
    const via = worn === sighting.owner ? 'worn' : 'answer';
    return [...given, { via, owner: sighting.owner, exchange, sighting, cookie: null }];
  }

  /** Marks of others that are not shown there on purpose. */
  sightingsIn(exchange: Exchange): Sighting[] {
    const place = placeOf(exchange);
    return sightingsOf(exchange, this.#peopleFor(exchange)).filter(
      ({ owner, mark }) => !this.#shown.has(`${place} ${owner} ${mark}`),
    );
  }

  holdsOwn({ answer, asker }: Exchange): boolean {
    const marks = this.#people.find(({ label }) => label === asker)?.marks ?? [];
    if (answer === null || marks.length === 0) return false;
    const text = textOf(answer);
    return marks.some((mark) => offsetOf(text, mark) >= 0);
  }

  #peopleFor({ answer }: Exchange): readonly Marked[] {
    const type = valuesOf(answer?.headers ?? [], 'content-type').join();
    return BINARY.test(type) ? this.#longMarks : this.#people;
  }
}
