/** What experiments with held requests have in common. */
import type { Exchange } from '../../../evidence/exchange.js';
import type { Held } from '../../inside/held.js';
import { comesSoon, Stage } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import type { Route } from '../../world/suite-options.js';
import { unlessInProcess } from '../../world/unable.js';
import type { World } from '../../world/world.js';

/** What an experiment with one route works with. */
export interface TwoOnStage {
  readonly world: World;
  readonly stage: Stage;
  readonly ada: Person;
  readonly bob: Person;
  readonly route: Route;
}

/** At more places than these a single request is not held. */
export const MOST_STOPS = 30;

/** Requests that wait for one another can't both be in the middle. Each time costs time. */
export const MOST_WAITS = 3;

export const unableOnStage = unlessInProcess('requests can be held at their awaits');

export function onStage<T>(world: World, work: (stage: Stage) => Promise<T>): Promise<T> {
  const server = world.site.server as NonNullable<World['site']['server']>;
  return Stage.use({ server, app: world.options.app }, work);
}

/** Routes that no earlier finding is about. */
export function openRoutes(world: World, routes: readonly Route[]): readonly Route[] {
  return routes.filter(({ path }) => !world.explained(path));
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_none, index) => index);
}

/** What the first of them finds that finds something. */
export async function firstOf<T, R>(items: readonly T[], ask: (item: T) => Promise<R | null>): Promise<R | null> {
  for (const item of items) {
    const found = await ask(item);
    if (found !== null) return found;
  }
  return null;
}

/** How many stops the request comes by before it is answered. */
export async function countStops(stage: Stage, person: Person, route: Route): Promise<number> {
  const held = await stage.hold(MOST_STOPS, () => person.ask(route));
  await held.end();
  return Math.min(held.metBeforeEnd, MOST_STOPS);
}

/** Two requests that are both under way. */
export interface Overlap {
  readonly first: Exchange | null;
  readonly second: Exchange | null;
  readonly strayed: boolean;
  /** One waited for the other: the second was neither at its stop nor answered while the first was held, or the first was not let go. */
  readonly blocked: boolean;
  /** Where the first waited. */
  readonly where: string | null;
}

type Ask = readonly [person: Person, route: Route, at: number];

/** The first is held, the second is held, then the first goes on to its end, and then the second. */
export async function overlap(stage: Stage, [ada, one, at]: Ask, [bob, other, then]: Ask): Promise<Overlap> {
  await stage.tidy();
  const held: Held<Exchange> = await stage.hold(at, () => ada.ask(one));
  const next = await stage.hold(then, () => bob.ask(other));
  held.release();
  const waits = !(await comesSoon(held.answer));
  const blocked = waits || (next.stop === null && !next.answered);
  if (waits) next.release();
  const first = await held.end();
  const second = await next.end();
  const strayed = [held.visit, next.visit].some((visit) => visit?.strayed && visit.hasContext);
  return { first, second, strayed, blocked, where: held.stop?.where ?? null };
}

/** The answer, unless the app waits for something else first. */
export async function soon(answer: Promise<Exchange>): Promise<Exchange | null> {
  return (await comesSoon(answer)) ? answer : null;
}
