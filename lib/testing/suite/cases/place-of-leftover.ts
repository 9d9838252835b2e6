/**
 * Where it is that a request has left something: a stranger is shown it, and again while another stranger is held. If the one who is
 * held keeps it from the other, it is in something that requests take and give back; if there is a fixed number of those, they are
 * connections.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import type { Held } from '../../inside/held.js';
import type { Stage } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';
import { countStops, range, soon } from './on-stage.js';

export type Place = 'everywhere' | 'object' | 'connection';

/** Pools of connections have ten, by default. */
export const MOST_CONNECTIONS = 12;

export interface Leftover {
  /** Who is shown it, and where. */
  readonly asker: () => Person;
  readonly probe: Route;
  /** Leaves it once more. */
  readonly leave: () => Promise<unknown>;
}

export async function placeOf(world: World, stage: Stage, leftover: Leftover): Promise<Place> {
  const search = new PlaceSearch(world, stage, leftover);
  if (await search.comesRound()) return 'connection';
  const stops = await countStops(stage, leftover.asker(), world.fresh(leftover.probe));
  for (const at of range(stops).reverse()) {
    const place = await search.whileHeldAt(at);
    if (place !== 'everywhere') return place;
  }
  return 'everywhere';
}

class PlaceSearch {
  readonly #world: World;
  readonly #stage: Stage;
  readonly #leftover: Leftover;

  constructor(world: World, stage: Stage, leftover: Leftover) {
    this.#world = world;
    this.#stage = stage;
    this.#leftover = leftover;
  }

  /** The first stranger is not shown it, and a later one is: what they are given is given in turn. */
  async comesRound(): Promise<boolean> {
    await this.#leave();
    for (const index of range(MOST_CONNECTIONS)) if (this.#isShown(await this.#ask())) return index > 0;
    return false;
  }

  async whileHeldAt(at: number): Promise<Place> {
    await this.#leave();
    const held = await this.#hold(at);
    if (held.stop === null) {
      await held.end();
      return 'everywhere';
    }
    const asked = this.#ask();
    const meanwhile = await soon(asked);
    const own = await held.end();
    if (meanwhile === null) {
      await asked;
      return 'connection';
    }
    if (this.#isShown(meanwhile) || !this.#isShown(own)) return 'everywhere';
    // Whoever had it has given it back as it was, or has cleared it away.
    const isGivenBack = this.#isShown(await this.#ask());
    if (isGivenBack && this.#stage.visits.last?.spokeOn.size) return 'connection';
    if (await this.#isCounted(at)) return 'connection';
    return isGivenBack ? 'object' : 'everywhere';
  }

  /** So many can't be held here at once: the next one waits. */
  async #isCounted(at: number): Promise<boolean> {
    const holders: Held<Exchange>[] = [];
    let isWaiting = false;
    for (let count = 0; count < MOST_CONNECTIONS && !isWaiting; count++) {
      const held = await this.#hold(at);
      holders.push(held);
      isWaiting = held.stop === null;
    }
    for (const held of holders) held.release();
    for (const held of holders) await held.end();
    return isWaiting;
  }

  async #leave(): Promise<void> {
    await this.#leftover.leave();
    await this.#stage.tidy();
  }

  #hold(at: number): Promise<Held<Exchange>> {
    return this.#stage.hold(at, () => this.#ask());
  }

  #ask(): Promise<Exchange> {
    return this.#leftover.asker().ask(this.#world.fresh(this.#leftover.probe));
  }

  #isShown(exchange: Exchange | null): boolean {
    return exchange !== null && this.#world.foreign(exchange).length > 0;
  }
}
