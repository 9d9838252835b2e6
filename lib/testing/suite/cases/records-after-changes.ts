/** What everybody is shown, before and after each request that changes something: an import may give one the account of another. */
import type { Exchange } from '../../../evidence/exchange.js';
import { filledRoute } from '../../world/filled-route.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';
import { type MixedUp, mixedUp, ownFields } from './mixed-up-fields.js';
import { mixedUpFinding, routesOf, sameOwners } from './swapped-records.js';

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
        if (moved.length > 0 && (await isStored(world, people, page, moved))) all.push(...moved);
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
  for (const route of routes) {
    const answers: Exchange[] = [];
    for (const person of people) answers.push(await person.ask(route));
    all.push(answers);
  }
  return all;
}

/** By the first who may. */
async function doneByOneOf(world: World, people: readonly Person[], route: Route): Promise<void> {
  for (const person of people) {
    const { answer } = await person.ask(await filledRoute(world, person, route));
    if ((answer?.status ?? 500) < 400) return;
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

/** It is the same in another order: nobody was given the answer to somebody else. */
async function isStored(
  world: World,
  people: readonly Person[],
  page: Route,
  moved: readonly MixedUp[],
): Promise<boolean> {
  const [again = []] = await askedBy([...people].reverse(), [world.fresh(page)]);
  return sameOwners(mixedUp(world, again), moved);
}

const MOVED =
  'was done once. Before, each had been shown their own; since then, in any order, each is shown what is that of another, under the same ' +
  'session: what was imported or renumbered has taken places that sessions and records still point to.';
