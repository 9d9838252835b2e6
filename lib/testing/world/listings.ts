/**
 * Pages that show others on purpose: to everybody, as a staff list, a leaderboard, the last comment; or to somebody who may see it, as a
 * teacher. What such a page shows of others is nobody's secret there, and only there.
 */
import type { Exchange } from '../../evidence/exchange.js';
import type { Sighting } from '../../evidence/marks.js';
import type { Account } from './person.js';

/** What `Person.canary()` adds to the name of a field. */
const CANARY = /^(.+)-[a-z][a-z0-9]{11}$/;

export class Listings {
  readonly #accounts: readonly Account[];
  /** Fields that are shown of everybody, by path. */
  readonly #fields = new Map<string, Set<string>>();
  /** Who may see which field of whom, and where. */
  readonly #allowed = new Set<string>();

  constructor(accounts: readonly Account[]) {
    this.#accounts = accounts;
  }

  /** @param sightings what of others stands in an answer that has turned out to be a list */
  add(exchange: Exchange, sightings: readonly Sighting[]): void {
    const path = pathOf(exchange);
    const fields = this.#fields.get(path) ?? new Set();
    for (const sighting of sightings) fields.add(this.fieldOf(sighting));
    this.#fields.set(path, fields);
  }

  /** The asker may see it there: nobody else is told of others for that. */
  allow(exchange: Exchange, sighting: Sighting): void {
    this.#allowed.add(this.#keyOf(exchange, sighting));
  }

  /** Whether this is what the page shows of everybody. */
  shows(exchange: Exchange, sighting: Sighting): boolean {
    return this.#fields.get(pathOf(exchange))?.has(this.fieldOf(sighting)) ?? false;
  }

  allows(exchange: Exchange, sighting: Sighting): boolean {
    return this.#allowed.has(this.#keyOf(exchange, sighting));
  }

  /** `email`; a mark of no known field is a field of its own. */
  fieldOf({ owner, mark }: Pick<Sighting, 'owner' | 'mark'>): string {
    const account = this.#accounts.find(({ label }) => label === owner);
    const [field] = Object.entries(account?.user ?? {}).find(([, value]) => value === mark) ?? [];
    return field ?? CANARY.exec(mark)?.[1] ?? mark;
  }

  #keyOf(exchange: Exchange, sighting: Sighting): string {
    return JSON.stringify([exchange.asker, pathOf(exchange), sighting.owner, this.fieldOf(sighting)]);
  }
}

/** However it is spelled: see `otherSpelling()`. */
export function pathOf({ question }: Pick<Exchange, 'question'>): string {
  return question.path.replace(/\/?(?:\?.*)?$/, '').toLowerCase();
}
