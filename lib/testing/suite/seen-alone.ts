/**
 * What people are shown before the others have come. It can't have been left behind by them: who sees it may see it, as a teacher or an
 * admin may. Each logs in, asks for every page, and only then the next one comes.
 */
import type { Exchange } from '../../evidence/exchange.js';
import type { Sighting } from '../../evidence/marks.js';
import type { Accounts } from '../world/accounts.js';
import { eachAlone, inTurn, type Visitor } from '../world/ask-all.js';
import { pathOf } from '../world/listings.js';
import type { Person } from '../world/person.js';
import type { World } from '../world/world.js';

/** As many as any experiment has. */
const MOST_PEOPLE = 4;

/**
 * Asks for all pages that are no whoami. No page can be about people whose names the suite has made up before they come: there two are
 * enough, to be told apart.
 */
export function visitedAlone(
  world: World,
  accounts: Accounts,
  order: 'first first' | 'last first',
  first: (person: Person) => Promise<void> = async () => {},
): Promise<Visitor[]> {
  const isGiven = world.options.users !== undefined;
  const all = accounts.first(isGiven ? MOST_PEOPLE : 2);
  const routes = isGiven ? world.safeRoutes.filter(({ path }) => path !== world.whoami?.path) : [];
  return eachAlone(world, isGiven && order === 'last first' ? all.toReversed() : all, async (person) => {
    await first(person);
    return inTurn(
      person,
      routes.map((route) => world.fresh(route)),
    );
  });
}

/**
 * Of the first ones of all: their owners had never come, not even to another app in this process. Pages that have shown it of somebody
 * then are about that one for whoever comes later, too.
 * @param visitors in the order in which they came
 */
export function allowFirst(world: World, accounts: Accounts, visitors: readonly Visitor[]): void {
  const about = new Set<string>();
  for (const { exchange, sighting, isEarly } of sightingsOf(world, visitors)) {
    const subject = JSON.stringify([pathOf(exchange), sighting.owner, world.fieldOf(sighting)]);
    if (isEarly) about.add(subject);
    if (about.has(subject)) accounts.listings.allow(exchange, sighting);
  }
}

/**
 * Of later ones, who may be shown what is kept from visits to another app in this process: so is then everybody. Somebody else must not be
 * shown it on the same page.
 */
export async function allowLater(world: World, accounts: Accounts): Promise<void> {
  const visitors = await visitedAlone(world, accounts, 'first first');
  const all = sightingsOf(world, visitors);
  for (const { exchange, sighting } of all.filter(({ isEarly }) => isEarly)) {
    const others = visitors.filter(({ person }) => ![exchange.asker, sighting.owner].includes(person.label));
    const isShown = ({ person }: Visitor) =>
      all.some(
        (one) =>
          one.exchange.asker === person.label &&
          one.sighting.owner === sighting.owner &&
          pathOf(one.exchange) === pathOf(exchange),
      );
    if (others.some((other) => !isShown(other))) accounts.listings.allow(exchange, sighting);
  }
}

interface Seen {
  readonly exchange: Exchange;
  readonly sighting: Sighting;
  /** Its owner had not come yet. */
  readonly isEarly: boolean;
}

function sightingsOf(world: World, visitors: readonly Visitor[]): Seen[] {
  return visitors.flatMap(({ shown }, at) => {
    const come = visitors.slice(0, at + 1).map(({ person }) => person.label);
    return shown.flatMap((exchange) =>
      world.unlisted(exchange).map((sighting) => ({ exchange, sighting, isEarly: !come.includes(sighting.owner) })),
    );
  });
}
