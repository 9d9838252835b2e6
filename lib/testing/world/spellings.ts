/** Other URLs that lead to the same page, so that whatever is kept by the URL or its path is not met again. */
import type { Person } from './person.js';
import type { Route } from './suite-options.js';
import type { World } from './world.js';

/** Express ignores a slash at the end and the case of letters, unless told otherwise. */
const REWRITES: readonly ((path: string) => string)[] = [
  (path) => `${path.toUpperCase()}/`,
  (path) => `${path}/`,
  (path) => path.toUpperCase(),
];

/** A spelling by which `person` gets the same page, under a query that nobody has asked for; the plain path if there is none. */
export async function otherSpelling(world: World, person: Person, route: Route): Promise<Route> {
  const [path = '/', query] = route.path.split('?', 2);
  const plain = await person.ask(world.fresh(route));
  if (path === '/') return route;
  for (const rewrite of REWRITES) {
    const other = { ...route, path: query === undefined ? rewrite(path) : `${rewrite(path)}?${query}` };
    const exchange = await person.ask(world.fresh(other));
    if (exchange.answer?.status === plain.answer?.status && (exchange.answer?.status ?? 500) < 300) return other;
  }
  return route;
}
