/**
 * Where it is that a request has left something: a stranger is shown it again while others hold what there is to hold. If they
 * keep it from the stranger it is in something that requests take and give back; if the stranger then has to wait, there is a
 * fixed number of those, as of connections in a pool.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import type { Held } from '../../inside/held.js';
import { comesSoon, type Stage } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';
import { countStops, range } from './on-stage.js';

export type Place = 'everywhere' | 'object' | 'connection';

/** Pools of connections have ten, by default. */
const MOST_HOLDERS = 12;

interface Leftover {
  readonly holder: Person;
  /** Where a stranger is shown it. */
  readonly probe: Route;
  /** Leaves it once more. */
  readonly leave: () => Promise<unknown>;
}

export async function placeOf(world: World, stage: Stage, leftover: Leftover): Promise<Place> {
  const stops = await countStops(stage, leftover.holder, world.fresh(leftover.probe));
  for (const at of range(stops).reverse()) {
    await leftover.leave();
    await stage.settle();
    const place = await whileOthersHoldIt(world, stage, leftover, at);
    if (place !== 'everywhere') return place;
  }
  return 'everywhere';
}

async function whileOthersHoldIt(world: World, stage: Stage, { holder, probe }: Leftover, at: number): Promise<Place> {
  const holders: Held<Exchange>[] = [];
  try {
    for (let count = 0; count < MOST_HOLDERS; count++) {
      const held = await stage.hold(at, () => holder.ask(world.fresh(probe)));
      holders.push(held);
      if (held.stop === null) return 'connection';
    }
    const asked = world.nobody().ask(world.fresh(probe));
    if (!(await comesSoon(asked))) return 'connection';
    if (world.foreign(await asked).length > 0) return 'everywhere';
    return stage.visits.last?.spokeOn.size ? 'connection' : 'object';
  } finally {
    for (const held of holders) held.release();
    for (const held of holders) await held.end();
  }
}
