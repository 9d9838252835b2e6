/**
 * Everybody asks for everything at once, as soon as the app is there and again when it has forgotten: what belongs to whom is then
 * looked up for many together. Whoever is allowed from then on what is refused in turn has been given the place of another.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { type Asking, atOnce } from '../../world/ask-all.js';
import type { SuiteCase } from '../../world/suite-case.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

const MOST_PEOPLE = 3;
const MOST_ROUTES = 8;
/** Milliseconds: who owns what is kept for moments. */
const FORGOTTEN = 600;

export const refusedAtOnce: SuiteCase = {
  title: 'what is refused in turn, asked for by everybody at once',
  mechanisms: ['M10'],
  async run(world) {
    const people = await world.people(MOST_PEOPLE);
    const routes = world.safeRoutes.filter(({ path }) => !world.explained(path)).slice(0, MOST_ROUTES);
    const all = people.flatMap((person) => routes.map((route) => ({ person, route })));
    const refused = all.filter(({ person, route }) => world.isRefused(person, route));
    if (refused.length === 0) return [];
    for (const order of [all, all.toReversed(), null, all, all.toReversed()]) {
      if (order === null) await pause(FORGOTTEN);
      const found = order === null ? null : await allowed(world, refused, await atOnce(world, order));
      if (found !== null) return [found];
    }
    return [];
  },
};

/** Asked again, alone: what was mixed up but once has another cause. */
async function allowed(
  world: World,
  refused: readonly Asking[],
  before: readonly Exchange[],
): Promise<NewFinding | null> {
  for (const { person, route } of refused) {
    const to = await person.ask(world.fresh(route));
    const [sighting] = world.foreign(to);
    if (sighting === undefined || (to.answer?.status ?? 500) >= 300) continue;
    const of = before.find(({ asker, question }) => asker === sighting.owner && question.path.startsWith(route.path));
    return swapFinding(world, { mechanism: 'M10', of, to, sighting, detail: ALLOWED });
  }
  return null;
}

const ALLOWED =
  'In turn this was refused. Then everybody asked for everything at once, and now it is allowed, to one who asks alone: whose it is ' +
  'was looked up for many together, and given to the wrong one.';
