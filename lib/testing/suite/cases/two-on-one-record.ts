/**
 * The last one comes first. Two people on one record: the later one is shown what is the earlier one's, though that one has never come
 * here, so that nothing can be left from a visit. And records that were given out in the order in which people came.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import { byEach, type Visitor } from '../../world/ask-all.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { World } from '../../world/world.js';
import { type MixedUp, movedIn, ownFields } from './mixed-up-fields.js';
import { mixedUpFinding, routesOf, shownTo, swappedIn } from './swapped-records.js';

export const twoOnOneRecord: SuiteCase = {
  title: 'each person alone, the last one first',
  mechanisms: ['M25'],
  async run(world) {
    const all = await shownTo(world, 'last first');
    const swapped = await swappedIn(world, all);
    if (swapped.length > 0) return [mixedUpFinding(world, swapped, BY_ARRIVAL)];
    const found: MixedUp[] = [];
    for (const [index, route] of routesOf(world).entries()) {
      if (world.explained(route.path)) continue;
      const answers = all.flatMap(({ shown }) => shown[index] ?? []);
      const astray = answers.flatMap((to, at) =>
        movedIn(world, to, answers.slice(at)).filter((one) => isAstray(world, one, all, answers)),
      );
      for (const one of astray) if (await isStill(world, all, route, one)) found.push(one);
    }
    return found.length === 0 ? [] : [mixedUpFinding(world, found, ONE_RECORD)];
  },
};

/** Fields of his own are shown to somebody else there, so that it is no page about the one; and nowhere to who was shown hers. */
function isAstray(
  world: World,
  { to, of, fields }: MixedUp,
  all: readonly Visitor[],
  answers: readonly Exchange[],
): boolean {
  const shows = (exchange: Exchange) => ownFields(world, exchange).some((field) => fields.includes(field));
  const seen = all.find(({ person }) => person.label === to.asker)?.shown ?? [];
  return !seen.some(shows) && answers.some((other) => other.asker !== of.asker && shows(other));
}

/** In the other order, too. */
async function isStill(
  world: World,
  all: readonly Visitor[],
  route: ReturnType<typeof routesOf>[number],
  { to, of }: MixedUp,
): Promise<boolean> {
  const again = await byEach(all.map(({ person }) => person).reverse(), () => world.fresh(route));
  return again.some(
    (answer) => answer.asker === to.asker && movedIn(world, answer, again).some((one) => one.of.asker === of.asker),
  );
}

const ONE_RECORD =
  'Nobody else had been there yet, and the page showed what is of another, where others are shown their own: the records of both lead to ' +
  'the same place.';
const BY_ARRIVAL =
  'The last one had logged in first, and was shown what is of another, and that one what is of the last, for good; while they came in the ' +
  'other order, each was shown the own: records are given out in the order in which people come.';
