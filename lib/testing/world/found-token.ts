/** A token that one route shows and another one takes, found by trying. */

import { isAccepted } from '../../evidence/exchange.js';
import { jsonLeaves } from '../../evidence/json-leaves.js';
import { offsetOf } from '../../evidence/marks.js';
import type { Person } from './person.js';
import { bodyOf } from './say-who.js';
import type { Route } from './suite-options.js';
import { isSendable, type TokenWay, waysFor } from './token-ways.js';
import type { World } from './world.js';

export interface FoundToken {
  readonly secret: string;
  /** Where it is taken: `GET /api/me, Authorization`. */
  readonly where: string;
  readonly verify: (secret: string) => Promise<boolean>;
  /** What else was answered when it was made, by which a list of tokens shows that it is still there. */
  readonly names: readonly string[];
  /** What answered it; null for one that was given. */
  readonly source: Route | null;
  /** What its page has in its place now; null where there is nothing. */
  readonly shown: () => Promise<string | null>;
}

/** Long, and of what secrets are made of. */
const SECRET = /^[A-Za-z0-9_+/=.~-]{16,}$/;
const SECRETS = /[A-Za-z0-9_+.~-]{16,}/g;
/** Different ones. */
const FEWEST_CHARACTERS = 4;
const MOST_SECRETS = 4;
const SHORTEST_NAME = 4;
/** Characters around it, by which its place is found again. */
const AROUND = 16;

/** Those that a page shows come first: whatever changes something may change them. */
export async function findToken(world: World, person: Person): Promise<FoundToken | null> {
  const making = world.routes.filter(({ method }) => method === 'POST' || method === 'PUT');
  for (const source of [...world.safeRoutes, ...making]) {
    const body = bodyOf(await person.ask(source));
    const leaves = jsonLeaves(body).map(([, value]) => String(value));
    for (const secret of secretsIn(leaves.length > 0 ? leaves : (body.match(SECRETS) ?? []))) {
      // One use may be all that it stands: it is tried as rarely as can be.
      const found = await whereTaken(world, person, secret, waysFor(body));
      const names = leaves.filter((leaf) => leaf.length >= SHORTEST_NAME && leaf !== secret);
      if (found !== null) return { ...found, names, source, shown: placeOf(person, source, body, secret) };
    }
  }
  return null;
}

type Taken = Pick<FoundToken, 'secret' | 'where' | 'verify'>;

async function whereTaken(
  world: World,
  person: Person,
  secret: string,
  ways: readonly TokenWay[],
): Promise<Taken | null> {
  const pages = world.whoami === null ? world.safeRoutes : [...world.safeRoutes, world.whoami];
  for (const route of pages) {
    for (const { name, on } of ways) {
      const verify = async (other: string) => isSendable(other) && (await isTaken(world, person, on(route, other)));
      if ((await verify(secret)) && !(await verify('no-such-token-at-all')))
        return { secret, where: `${route.label}, ${name}`, verify };
    }
  }
  return null;
}

/** Asked without cookies: the answer is the person's. */
async function isTaken(world: World, { label }: Person, route: Route): Promise<boolean> {
  const exchange = await world.nobody().ask(route);
  const own = world.marksOf(label);
  if (!isAccepted(exchange)) return false;
  return own.some((mark) => offsetOf(bodyOf(exchange), mark) >= 0);
}

/** Whether it could be one: dots and stars stand for one. */
export function isSecretLike(text: string): boolean {
  return SECRET.test(text) && new Set(text).size > FEWEST_CHARACTERS;
}

function placeOf(person: Person, source: Route, body: string, secret: string): FoundToken['shown'] {
  const at = body.indexOf(secret);
  const before = body.slice(Math.max(0, at - AROUND), at);
  const after = body.slice(at + secret.length).slice(0, 1);
  return async () => {
    const now = bodyOf(await person.ask(source));
    const begin = now.indexOf(before);
    if (before === '' || begin < 0) return null;
    const [value = ''] =
      after === '' ? [now.slice(begin + before.length)] : now.slice(begin + before.length).split(after, 1);
    return value;
  };
}

function secretsIn(leaves: readonly string[]): string[] {
  const found = leaves.filter(isSecretLike);
  return found.sort((a, b) => b.length - a.length).slice(0, MOST_SECRETS);
}
