/** Which pages are lists of people: told before anything is tried, by three people and a stranger who ask one after another. */
import type { Exchange } from '../../evidence/exchange.js';
import { offsetOf, textOf } from '../../evidence/marks.js';
import type { Listings } from '../world/listings.js';
import type { Person } from '../world/person.js';
import type { Route } from '../world/suite-options.js';
import type { World } from '../world/world.js';

export async function learnListings(world: World, listings: Listings): Promise<void> {
  const people = await world.people(3);
  for (const route of world.safeRoutes) {
    if (route.path !== world.whoami?.path) await learnOne(world, listings, [world.nobody(), ...people], route);
  }
}

/**
 * A page that shows two others at once is a list. With fewer people to tell by, so is one that shows its asker beside somebody who has
 * not asked for it yet: nothing of theirs could be in a cache.
 */
async function learnOne(world: World, listings: Listings, people: readonly Person[], route: Route): Promise<void> {
  const asked = new Set<string | null>();
  for (const person of people) {
    const exchange = await person.ask(world.fresh(route));
    const sightings = world.foreign(exchange);
    const unasked = sightings.filter(({ owner }) => !asked.has(owner));
    const others = new Set(sightings.map(({ owner }) => owner));
    if (others.size > 1 || (unasked.length > 0 && showsItsAsker(exchange, person))) listings.add(exchange, sightings);
    asked.add(person.label);
  }
}

function showsItsAsker({ answer }: Exchange, { account }: Person): boolean {
  const text = answer === null ? '' : textOf(answer);
  return [...(account?.marks ?? [])].some((mark) => offsetOf(text, mark) >= 0);
}
