/** What everybody is shown, before and after each request that changes something: an import may give one the account of another. */
import { type Exchange, isAccepted } from '../../../evidence/exchange.js';
import { byEach } from '../../world/ask-all.js';
import { filledRoute } from '../../world/filled-route.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';
import { type MixedUp, mixedUp, ownFields } from './mixed-up-fields.js';
import { isStored, mixedUpFinding, routesOf } from './swapped-records.js';

/** Three can have each the next one's. */
const PEOPLE: number = 3;

export const recordsAfterChanges: SuiteCase = {
  title: 'everybody before and after each request that changes something',
  mechanisms: ['M25'],
  async run(world) {
    if (world.changingRoutes.length === 0) return [];
    const people = await world.people(PEOPLE);
    let before = await askedBy(people, routesOf(world));
    for (const route of world.changingRoutes) {
      await doneByOneOf(world, people, route);
      const after = await askedBy(people, routesOf(world));
      const all: MixedUp[] = [];
      for (const [index, page] of routesOf(world).entries()) {
        const moved = movedSince(world, before[index] ?? [], after[index] ?? []);
        if (moved.length === 0) continue;
        const again = world.fresh(page);
        if (await isStored(world, people, () => again, moved)) all.push(...moved);
      }
      if (all.length > 0) return [mixedUpFinding(world, all, `${route.label} ${MOVED}`)];
      before = after;
    }
    return [];
  },
};

/** By route, then by person. */
async function askedBy(people: readonly Person[], routes: readonly Route[]): Promise<Exchange[][]> {
  const all: Exchange[][] = [];
  for (const route of routes) all.push(await byEach(people, () => route));
  return all;
}

/** By the first who may. */
async function doneByOneOf(world: World, people: readonly Person[], route: Route): Promise<void> {
  for (const person of people) {
    if (isAccepted(await person.ask(await filledRoute(world, person, route)))) return;
  }
}

/** Those who had been shown their own there. */
function movedSince(world: World, before: readonly Exchange[], after: readonly Exchange[]): MixedUp[] {
  const moved = mixedUp(world, after);
  const wasOwn = ({ to, fields }: MixedUp) => {
    const page = before.find(({ asker }) => asker === to.asker);
    return page !== undefined && ownFields(world, page).some((field) => fields.includes(field));
  };
  return moved.every(wasOwn) ? moved : [];
}

const MOVED =
  'was done once. Before, each had been shown their own; since then, in any order, each is shown what is that of another, under the same ' +
  'session: what was imported or renumbered has taken places that sessions and records still point to.';
