/** A token that one route answers and another one takes, found by trying. */
import type { HeaderLine } from '../../evidence/exchange.js';
import { offsetOf } from '../../evidence/marks.js';
import type { Person } from './person.js';
import { bodyOf } from './say-who.js';
import type { Route } from './suite-options.js';
import type { World } from './world.js';

export interface FoundToken {
  readonly secret: string;
  /** Where it is taken: `GET /api/me, Authorization`. */
  readonly where: string;
  readonly verify: (secret: string) => Promise<boolean>;
  /** What else was answered when it was made, by which a list of tokens shows that it is still there. */
  readonly names: readonly string[];
}

/** Long, and of what secrets are made of. */
const SECRET = /^[A-Za-z0-9_+/=.~-]{16,}$/;
const MOST_SECRETS = 4;
const SHORTEST_NAME = 4;

const WAYS: readonly ((secret: string) => HeaderLine)[] = [
  (secret) => ['Authorization', `Bearer ${secret}`],
  (secret) => ['Authorization', `Token ${secret}`],
  (secret) => ['X-Api-Key', secret],
  (secret) => ['X-Api-Token', secret],
  (secret) => ['X-Session-Token', secret],
];

export async function findToken(world: World, person: Person): Promise<FoundToken | null> {
  for (const route of world.routes.filter(({ method }) => method === 'POST' || method === 'PUT')) {
    const leaves = leavesOf(bodyOf(await person.ask(route)));
    for (const secret of secretsIn(leaves)) {
      const found = await whereTaken(world, person, secret);
      const names = leaves.filter((leaf) => leaf.length >= SHORTEST_NAME && leaf !== secret);
      if (found !== null) return { ...found, names };
    }
  }
  return null;
}

type Taken = Omit<FoundToken, 'names'>;

async function whereTaken(world: World, person: Person, secret: string): Promise<Taken | null> {
  const pages = world.whoami === null ? world.safeRoutes : [...world.safeRoutes, world.whoami];
  for (const route of pages) {
    for (const way of WAYS) {
      const verify = (other: string) => isTaken(world, person, route, way(other));
      const [name] = way(secret);
      if ((await verify(secret)) && !(await verify('no-such-token-at-all')))
        return { secret, where: `${route.label}, ${name}`, verify };
    }
  }
  return null;
}

/** Asked without cookies: the answer is the person's. */
async function isTaken(world: World, { label }: Person, route: Route, line: HeaderLine): Promise<boolean> {
  const exchange = await world.nobody().ask({ ...route, headers: [...route.headers, line] });
  const own = world.everybody.find((one) => one.label === label)?.marks ?? [];
  if ((exchange.answer?.status ?? 500) >= 400) return false;
  return own.some((mark) => offsetOf(bodyOf(exchange), mark) >= 0);
}

function secretsIn(leaves: readonly string[]): string[] {
  const found = leaves.filter((leaf) => SECRET.test(leaf));
  return found.sort((a, b) => b.length - a.length).slice(0, MOST_SECRETS);
}

/** The values of a JSON text; of what is no JSON, none. */
function leavesOf(json: string): string[] {
  const found: string[] = [];
  try {
    JSON.parse(json, (_name, value: unknown) => {
      if (typeof value === 'string' || typeof value === 'number') found.push(String(value));
      return value;
    });
  } catch {
    return [];
  }
  return found;
}
