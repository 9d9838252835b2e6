/**
 * Which session cookie was given to whom first. Whoever is given it after that has somebody else's; whoever sends it, is
 * somebody else from then on. Cookies that say nothing about a person, as a language, are told apart by their values: too
 * short, or the same for everybody.
 */
import { dropOldest } from '../../bounded.js';
import { type Exchange, valuesOf } from '../../evidence/exchange.js';

export interface GivenCookie {
  readonly name: string;
  readonly value: string;
  /** Whose it was before; null is somebody without a session. */
  readonly owner: string | null;
}

interface Values {
  /** More than one value, each given to one person alone: it tells people apart. */
  telling: boolean;
  readonly owners: Map<string, string | null>;
}

const SHORTEST_VALUE = 16;
const MOST_VALUES = 50_000;

export class Ledger {
  readonly #names = new Map<string, Values>();

  /** Takes down what the answer gives to the asker; answers what of it is somebody else's. */
  take(exchange: Exchange): GivenCookie[] {
    const sent = new Set(cookiesSent(exchange).map(([name, value]) => `${name}=${value}`));
    return cookiesGiven(exchange).flatMap(([name, value]) => {
      if (value.length < SHORTEST_VALUE || sent.has(`${name}=${value}`)) return [];
      const owner = this.#ownerOf(name, value, exchange.asker);
      return owner === exchange.asker || !this.#isTelling(name) ? [] : [{ name, value, owner: owner ?? null }];
    });
  }

  /** Whose cookie the asker sent, if it is not his own; undefined if all are. */
  wornIn(exchange: Exchange): string | null | undefined {
    for (const [name, value] of cookiesSent(exchange)) {
      const owner = this.#names.get(name)?.owners.get(value);
      if (owner !== undefined && owner !== exchange.asker && this.#isTelling(name)) return owner;
    }
    return undefined;
  }

  #ownerOf(name: string, value: string, asker: string | null): string | null | undefined {
    const values: Values = this.#names.get(name) ?? { telling: false, owners: new Map() };
    this.#names.set(name, values);
    const { owners } = values;
    if (owners.has(value)) return owners.get(value);
    owners.set(value, asker);
    dropOldest(owners, MOST_VALUES);
    values.telling ||= new Set(owners.values()).size > 1;
    return asker;
  }

  #isTelling(name: string): boolean {
    return this.#names.get(name)?.telling === true;
  }
}

type Pair = readonly [name: string, value: string];

export function cookiesSent({ question }: Exchange): Pair[] {
  return valuesOf(question.headers, 'cookie').flatMap((line) => line.split('; ').map(pairOf));
}

export function cookiesGiven({ answer }: Exchange): Pair[] {
  return valuesOf(answer?.headers ?? [], 'set-cookie').map((line) => pairOf(line.split(';', 1)[0] ?? ''));
}

function pairOf(text: string): Pair {
  const equals = text.indexOf('=');
  return equals < 0 ? ['', text.trim()] : [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
}
