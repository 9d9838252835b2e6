/**
 * Pages that show several people at once, as a staff list, a leaderboard, an admin's table. What such a page shows of
 * others, it shows on purpose: the same field is then nobody's secret there, and only there.
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

  /** Whether this is what the page shows of everybody. */
  shows(exchange: Exchange, sighting: Sighting): boolean {
    return this.#fields.get(pathOf(exchange))?.has(this.fieldOf(sighting)) ?? false;
  }

  /** `email`; a mark of no known field is a field of its own. */
  fieldOf({ owner, mark }: Pick<Sighting, 'owner' | 'mark'>): string {
    const account = this.#accounts.find(({ label }) => label === owner);
    const [field] = Object.entries(account?.user ?? {}).find(([, value]) => value === mark) ?? [];
    return field ?? CANARY.exec(mark)?.[1] ?? mark;
  }
}

/** However it is spelled: see `otherSpelling()`. */
function pathOf({ question }: Exchange): string {
  return question.path.replace(/\/?(?:\?.*)?$/, '').toLowerCase();
}
