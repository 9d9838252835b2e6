/** Ways in which a request ends badly: it is refused, left by its client at each of its stops, or fails there. */
import type { Exchange } from '../../../evidence/exchange.js';
import type { Stage } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';
import { oddQuestions } from './odd-questions.js';
import { countStops, range } from './on-stage.js';

/** Ends a request badly: the same again whenever it is asked for. */
export interface Ending {
  readonly how: string;
  readonly end: () => Promise<Exchange | null>;
}

interface Parts {
  readonly world: World;
  readonly stage: Stage;
  readonly ada: Person;
  readonly route: Route;
}

/** As happens to every app all the time. */
export async function unharmed(parts: Parts): Promise<Ending[]> {
  const { world, ada, route } = parts;
  const plain: Ending = { how: 'was refused', end: () => ada.ask(world.fresh(route)) };
  const odd = oddQuestions(route).map((question) => ({ how: 'was refused', end: () => ada.ask(question) }));
  const left = range(await stopsOf(parts)).map((at) => ({
    how: 'was given up by its client',
    end: () => givenUp(parts, at),
  }));
  return [plain, ...odd, ...left];
}

/** As on a bad day: what fails may keep what it had taken. */
export async function failing(parts: Parts): Promise<Ending[]> {
  return range(await stopsOf(parts)).map((at) => ({ how: 'failed', end: () => failed(parts, at) }));
}

function stopsOf({ stage, world, ada, route }: Parts): Promise<number> {
  return countStops(stage, ada, world.fresh(route));
}

async function failed({ stage, world, ada, route }: Parts, at: number): Promise<Exchange | null> {
  const held = await stage.hold(at, () => ada.ask(world.fresh(route)));
  held.fail();
  return held.end();
}

async function givenUp({ stage, world, ada, route }: Parts, at: number): Promise<Exchange | null> {
  const leaving = new AbortController();
  const held = await stage.hold(at, () => ada.ask(world.fresh(route), { signal: leaving.signal }));
  leaving.abort();
  await held.left();
  return held.end();
}
