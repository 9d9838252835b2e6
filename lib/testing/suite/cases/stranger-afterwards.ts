/**
 * A stranger, and another user, ask after somebody whose request ended well. What they are shown is in a variable, in an object
 * that requests take and give back, or on a connection to a store.
 */
import { type Exchange, isAccepted } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Mechanism } from '../../../evidence/mechanisms.js';
import type { Stage } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { onStage, openRoutes, range, unableOnStage } from './on-stage.js';
import { MOST_CONNECTIONS, type Place, placeOf } from './place-of-leftover.js';

/** Milliseconds for all of them. */
const LONGEST = 400;

export const strangerAfterwards: SuiteCase = {
  title: 'a stranger and another user after a request that ended well',
  mechanisms: ['M1', 'M2', 'M19'],
  unable: unableOnStage,
  async run(world) {
    const [ada, bob] = await world.people(2);
    return onStage(world, async (stage) => {
      for (const route of openRoutes(world, world.safeRoutes)) {
        const of = await ada.ask(world.fresh(route));
        // What is left behind shows on every route, so one finding is enough.
        const found = isAccepted(of) ? await shown(world, stage, { ada, bob, of, route }) : null;
        if (found !== null) return [found];
      }
      return [];
    });
  },
};

interface Asked {
  readonly ada: Person;
  readonly bob: Person;
  readonly of: Exchange;
  readonly route: Route;
}

async function shown(world: World, stage: Stage, { ada, bob, of, route }: Asked): Promise<NewFinding | null> {
  for (const probe of openRoutes(world, world.safeRoutes)) {
    for (const asker of [() => world.nobody(), () => bob]) {
      const to = await firstShown(world, asker, probe);
      const [sighting] = to ? world.foreign(to) : [];
      if (!to || !sighting) continue;
      const place = await placeOf(world, stage, { asker, probe, leave: () => ada.ask(world.fresh(route)) });
      const [mechanism, detail] = CAUSES[place];
      return swapFinding(world, { mechanism, of, to, sighting, detail });
    }
  }
  return null;
}

/** As often as there may be connections that are used in turn, if it is answered quickly. */
async function firstShown(world: World, asker: () => Person, probe: Route): Promise<Exchange | null> {
  const until = performance.now() + LONGEST;
  for (const _time of range(MOST_CONNECTIONS)) {
    if (performance.now() > until) break;
    const to = await asker().ask(world.fresh(probe));
    if (world.foreign(to).length > 0) return to;
  }
  return null;
}

const CAUSES: Readonly<Record<Place, readonly [Mechanism, string]>> = {
  connection: [
    'M19',
    'Whoever asked next was taken for the user who had asked before. While others hold all that there is to hold of it, the next has ' +
      'to wait: it hangs on something that there is a fixed number of, as connections of a pool.',
  ],
  object: [
    'M2',
    'Whoever asked next was shown what is of the user who had asked before, but not while others hold what that one had held: it is in an ' +
      'object that requests take and give back.',
  ],
  everywhere: [
    'M1',
    'From then on others were shown what is of the user who had asked, whoever else was asking at the time: it is in a ' +
      'variable of the process.',
  ],
};
