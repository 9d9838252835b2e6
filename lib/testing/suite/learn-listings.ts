/** Which pages are lists of people, and which are refused to whom: told before anything is tried, by three people and a stranger who ask one after another. */
import type { Exchange } from '../../evidence/exchange.js';
import { textOf } from '../../evidence/marks.js';
import type { Accounts } from '../world/accounts.js';
import type { Person } from '../world/person.js';
import { isRefusal } from '../world/refusals.js';
import type { Route } from '../world/suite-options.js';
import type { World } from '../world/world.js';

/** A stranger and two people. */
const FEW = 3;

export async function learnListings(world: World, accounts: Accounts): Promise<void> {
  const people = await world.people(3);
  for (const route of world.safeRoutes) {
    if (route.path !== world.whoami?.path) await learnOne(world, accounts, [world.nobody(), ...people], route);
  }
}

/**
 * A page that shows two others at once is a list, unless it shows its asker once more each time: then it is something that is never
 * cleared. With two people only, so is one that shows its asker beside the other, who has not asked for it yet. With more that is no
 * list: it is what a profile looks like that was swapped in an import.
 */
async function learnOne(world: World, accounts: Accounts, people: readonly Person[], route: Route): Promise<void> {
  const asked = new Set<string | null>();
  const areFew = people.length <= FEW;
  for (const person of people) {
    const exchange = await person.ask(world.fresh(route));
    const sightings = world.unlisted(exchange);
    if (isRefusal(exchange) && sightings.length === 0) accounts.refusals.add(exchange);
    const unasked = sightings.filter(({ owner }) => !asked.has(owner));
    const others = new Set(sightings.map(({ owner }) => owner));
    const isList = others.size > 1 && !(await grows(world, person, route));
    const isShort = areFew && unasked.length > 0 && timesShown(exchange, person) > 0;
    if (isList || isShort) accounts.listings.add(exchange, sightings);
    asked.add(person.label);
  }
}

async function grows(world: World, person: Person, route: Route): Promise<boolean> {
  const [first, second] = [await person.ask(world.fresh(route)), await person.ask(world.fresh(route))];
  return timesShown(second, person) > timesShown(first, person);
}

function timesShown({ answer }: Exchange, { account }: Person): number {
  const text = answer === null ? '' : textOf(answer);
  return [...(account?.marks ?? [])].reduce((times, mark) => times + text.split(mark).length - 1, 0);
}
