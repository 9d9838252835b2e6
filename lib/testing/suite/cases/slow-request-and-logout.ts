/** A request is under way, its user logs out, and then it goes on: what it saves must not bring the session back. */
import type { NewFinding } from '../../../evidence/finding.js';
import { gateFoundStores } from '../../inside/found-stores.js';
import { comesSoon, type Stage } from '../../inside/stage.js';
import { logOut, wayOut } from '../../world/log-out.js';
import type { Person } from '../../world/person.js';
import { isTakenFor } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';
import { MOST_STOPS, onStage, unableOnStage } from './on-stage.js';

const MOST_ROUTES = 6;

export const slowRequestAndLogout: SuiteCase = {
  title: 'a logout while another request is under way',
  mechanisms: ['M21'],
  unable: unableOnStage,
  async run(world) {
    if (world.known.some(({ mechanism }) => mechanism === 'M21')) return [];
    const [ada] = await world.people(2);
    const browser = ada.copy();
    if ((await logOut(world, ada)) === null || (await isTakenFor(world, browser)) !== null) return [];
    return onStage(world, async (stage) => {
      const gates = await gateFoundStores(stage.visits.all, world.options.stores, () => whoami(world));
      try {
        for (const route of routesOf(world)) {
          const found = await search(world, stage, route);
          if (found !== null) return [found];
        }
        return [];
      } finally {
        gates.restore();
      }
    });
  },
};

function routesOf(world: World): readonly Route[] {
  const own = world.whoami === null ? [] : [world.whoami];
  return [...world.routes, ...own].slice(0, MOST_ROUTES);
}

/** A request by which the app's store can be found. */
async function whoami(world: World): Promise<void> {
  await isTakenFor(world, world.nobody());
}

async function search(world: World, stage: Stage, route: Route): Promise<NewFinding | null> {
  for (let at = 0; at < MOST_STOPS; at++) {
    const ada = await world.login(world.browser(world.account(0)));
    const [before, slow] = [ada.copy(), ada.copy()];
    const leave = await wayOut(world, ada);
    const held = await stage.hold(at, () => slow.ask(route));
    if (held.stop === null) {
      await held.end();
      return null;
    }
    const { where } = held.stop;
    const left = leave();
    await comesSoon(left); // or it waits for the one that is held
    await held.end();
    await left;
    await stage.settle();
    if ((await isTakenFor(world, before)) === ada.label) return findingOf(ada, route, where);
  }
  return null;
}

function findingOf({ label }: Person, { label: route }: Route, where: string): NewFinding {
  return {
    mechanism: 'M21',
    title: `${label}'s logout was undone by a slow ${route}`,
    owner: label,
    receiver: null,
    exchanges: [],
    leak: { where: 'side effect', name: null, offset: null, excerpt: `whoami with the cookies from before: ${label}` },
    at: where,
    detail:
      `${route} had begun, and waited at ${where}, when ${label} logged out. The logout was answered, then ${route} went on and saved ` +
      'the session that it had read: the cookies from before work again, for whoever has them.',
  };
}
