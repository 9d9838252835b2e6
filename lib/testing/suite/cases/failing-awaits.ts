/**
 * Everything that a request waits for fails, one thing at a time: each await, and each method of the stores that are given or found.
 * Whoever is then answered with what is somebody else's was given the last that was good, or a default.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { brokenMethods, storesOf } from '../../inside/broken-stores.js';
import { whileBroken } from '../../inside/own-failures.js';
import type { Stage } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { Answering } from './answering.js';
import { countStops, onStage, openRoutes, range, unableOnStage } from './on-stage.js';

/** Milliseconds: whoever gets no answer from a broken store may never get one. */
const LONGEST = 1_000;

const TITLE = 'a request for which each await fails, and each method of its stores';

export const failingAwaits: SuiteCase = {
  title: TITLE,
  mechanisms: ['M8'],
  unable: unableOnStage,
  async run(world) {
    const [ada, bob] = await world.people(2);
    const askers = [bob, world.nobody()];
    return onStage(world, async (stage) => {
      const findings: NewFinding[] = [];
      const answering = new Answering();
      for (const route of openRoutes(world, world.safeRoutes)) {
        const parts = { world, stage, answering, ada, askers, route };
        const found = (await failedAwaits(parts)) ?? (await failedStores(parts));
        if (found !== null) findings.push(found);
        if (answering.ended) break;
      }
      answering.tell(world, { title: TITLE, mechanisms: ['M8'] });
      return findings;
    });
  },
};

interface Parts {
  readonly world: World;
  readonly stage: Stage;
  readonly answering: Answering;
  readonly ada: Person;
  readonly askers: readonly Person[];
  readonly route: Route;
}

async function failedAwaits({ world, stage, answering, ada, askers, route }: Parts): Promise<NewFinding | null> {
  for (const person of askers) {
    const stops = await countStops(stage, person, world.fresh(route));
    for (const at of range(stops)) {
      const of = await answering.ask(ada, world.fresh(route));
      if (of === null) return null;
      const held = await stage.hold(at, () => person.ask(world.fresh(route)));
      held.fail();
      const found = findingOf(world, of, await held.end(), `the await at ${held.stop?.where} failed`);
      if (found !== null) return { ...found, at: held.stop?.where ?? null };
    }
  }
  return null;
}

async function failedStores({ world, stage, answering, ada, askers, route }: Parts): Promise<NewFinding | null> {
  await answering.ask(ada, world.fresh(route));
  for (const store of storesOf(rootsOf(world, stage))) {
    for (const broken of brokenMethods(store)) {
      const of = await answering.ask(ada, world.fresh(route));
      if (of === null) return null;
      const patched = broken.breakIt();
      const mended = whileBroken();
      try {
        for (const person of askers) {
          const to = await person.ask(world.fresh(route), { signal: AbortSignal.timeout(LONGEST) });
          const leak = findingOf(world, of, to, broken.how);
          if (leak !== null) return leak;
        }
      } finally {
        patched.restore();
        mended();
      }
    }
  }
  return null;
}

/** Those that are given, and that of express-session. */
function rootsOf({ options }: World, { visits }: Stage): object[] {
  const { sessionStore } = (visits.last?.req ?? {}) as { readonly sessionStore?: object };
  return [...(options.stores ?? []), ...(sessionStore ? [sessionStore] : [])];
}

function findingOf(world: World, of: Exchange, to: Exchange | null, how: string): NewFinding | null {
  const [sighting] = to ? world.foreign(to) : [];
  if (!to || !sighting) return null;
  return swapFinding(world, { mechanism: 'M8', of, to, sighting, detail: `For the second request ${how}. ${DETAIL}` });
}

const DETAIL = 'Instead of failing, the app answered with what it had of somebody else.';
