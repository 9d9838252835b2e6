/**
 * Credentials that say two things, or nothing: two session cookies in either order, an empty one, one that is no session. Who
 * sends them owns both sessions, and may be either of the two; but nobody else may be anybody afterwards.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

export const twoCredentials: SuiteCase = {
  title: 'two session cookies at once, then a stranger',
  mechanisms: ['M7'],
  async run(world) {
    const [ada, bob] = await world.people(2);
    const routes = world.whoami === null ? world.safeRoutes : [...world.safeRoutes, world.whoami];
    const findings: NewFinding[] = [];
    for (const route of routes.filter(({ path }) => !world.explained(path))) {
      const found = await askedWithTwo(world, [ada, bob], route);
      if (found !== null) findings.push(found);
    }
    return findings;
  },
};

async function askedWithTwo(world: World, people: readonly [Person, Person], route: Route): Promise<NewFinding | null> {
  const [ada, bob] = people;
  const stranger = world.nobody();
  for (const cookie of ambiguous(cookieOf(ada, route), cookieOf(bob, route))) {
    const of = await ada.ask({ ...route, headers: [...route.headers, ['Cookie', cookie]] });
    const found = await askedWithout(world, of, { stranger, bob, route, cookie });
    if (found !== null) return found;
  }
  return null;
}

interface Followers {
  readonly stranger: Person;
  readonly bob: Person;
  readonly route: Route;
  readonly cookie: string;
}

/** The stranger plainly, with the shape of two cookies, and another user: none of them has anything of the first's. */
async function askedWithout(world: World, of: Exchange, followers: Followers): Promise<NewFinding | null> {
  const { stranger, bob, route, cookie } = followers;
  const foreignTo = (exchange: Exchange) => world.foreign(exchange)[0];
  const strange = cookie.replace(/=([^;]*)/g, (_pair, value: string) => `=${'x'.repeat(value.length)}`);
  const asked = [
    await stranger.ask(route),
    await stranger.ask({ ...route, headers: [...route.headers, ['Cookie', strange]] }),
    await bob.ask(route),
  ];
  const to = asked.find((exchange) => foreignTo(exchange) !== undefined);
  const sighting = to && foreignTo(to);
  if (!to || !sighting) return null;
  // What is kept under a wrong key stays there.
  const again = await (to.asker === null ? stranger : bob).ask({ ...route, headers: to.question.headers });
  return foreignTo(again) ? swapFinding(world, { mechanism: 'M7', of, to, sighting, detail: DETAIL }) : null;
}

function cookieOf(person: Person, { path }: Route): string {
  return person.jar.header(new URL(path, person.origin));
}

/** Each cookie that both have, doubled. */
function ambiguous(first: string, second: string): string[] {
  if (first === '' || second === '') return [];
  const bare = first.replace(/=[^;]*/g, '=');
  return [
    `${first}; ${second}`,
    `${second}; ${first}`,
    `${first}; ${first}`,
    `${first}; ${bare}`,
    `${bare}; ${first}`,
    first.split('; ').map(quoted).join('; '),
  ];
}

function quoted(pair: string): string {
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  return `${name}="${value}"`;
}

const DETAIL =
  'One request came with more than one session cookie, or with one spelled in an odd way. What it was answered was then given ' +
  'to somebody who had sent none of them.';
