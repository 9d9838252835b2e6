/**
 * A request that the app refuses or fails at, then a good one of somebody else: what the first had begun, as a transaction, goes on in
 * the name of the second. A stranger may be shown nothing of it, where pages are for the logged in.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Mechanism } from '../../../evidence/mechanisms.js';
import { byEach } from '../../world/ask-all.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { oddQuestions } from './odd-questions.js';
import { firstOf, openRoutes } from './on-stage.js';

/** Most apps answer these before they have begun anything. */
const AT_THE_DOOR = [401, 403, 404, 405];
/** Of one route. */
const MOST_REFUSALS = 4;

export const nextAfterARefusal: SuiteCase = {
  title: 'a good request of somebody else, after one that was refused or failed',
  mechanisms: ['M2', 'M16'],
  async run(world) {
    const people = await world.people(2);
    const probes = await quietRoutes(world, people);
    const routes = openRoutes(world, [...world.safeRoutes, ...world.changingRoutes]);
    const found = await firstOf(routes, (route) => afterRefusalsOf(world, { people, probes }, route));
    return found === null ? [] : [found];
  },
};

type Two = readonly [Person, Person];

/** Those on which the other is shown nothing after good requests, as long as nothing has been refused. */
async function quietRoutes(world: World, people: Two): Promise<Route[]> {
  const quiet: Route[] = [];
  for (const route of openRoutes(world, world.safeRoutes)) {
    const shown = await byEach(people, () => world.fresh(route));
    if (shown.every((exchange) => world.foreign(exchange).length === 0)) quiet.push(route);
  }
  return quiet;
}

interface Parts {
  readonly people: Two;
  readonly probes: readonly Route[];
}

async function afterRefusalsOf(world: World, { people, probes }: Parts, route: Route): Promise<NewFinding | null> {
  const refused: Route[] = [];
  // A page is asked in odd ways as well: what is sent may be refused as it is.
  const isSafe = world.safeRoutes.includes(route);
  for (const question of [world.fresh(route), ...(isSafe ? oddQuestions(route) : [])]) {
    const status = (await people[0].ask(question)).answer?.status ?? 0;
    if (status >= 400 && !AT_THE_DOOR.includes(status)) refused.push(question);
    if (refused.length === MOST_REFUSALS) break;
  }
  return firstOf(refused, (question) => firstOf(probes, (probe) => next(world, people, question, probe)));
}

async function next(world: World, people: Two, question: Route, probe: Route): Promise<NewFinding | null> {
  const [ada, bob] = people;
  const shown = () => bob.ask(world.fresh(probe));
  const leftBy = async (refused: Route): Promise<readonly [of: Exchange, to: Exchange]> => {
    await shown(); // whatever others have left is gone
    return [await ada.ask(refused), await shown()];
  };
  const [of, to] = await leftBy(question);
  const [sighting] = world.foreign(to);
  if (sighting === undefined) return null;
  const finding = (mechanism: Mechanism, detail: string) => swapFinding(world, { mechanism, of, to, sighting, detail });
  if (world.foreign(await shown()).length > 0) return finding('M2', LEFT_IN_IT); // it may never go
  const [, withoutRefusal] = await leftBy(world.fresh(probe));
  const [, again] = await leftBy(question);
  if (world.foreign(withoutRefusal).length > 0 || world.foreign(again).length === 0) return null;
  return finding('M16', WENT_ON);
}

const BEFORE =
  'A request was refused, and the good one of somebody else that came next was answered with what is of the first; after good ones ';
const WENT_ON = `${BEFORE}it was not. It came but once: what the first had begun and not ended, as a transaction, went on where the second came to.`;
const LEFT_IN_IT = `${BEFORE}it was not. What it had taken was given back as it was.`;
