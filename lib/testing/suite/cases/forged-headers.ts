/** An identity that is nothing but a header: what a proxy in front of the app writes, a client can write as well. */
import type { HeaderLine } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Sighting } from '../../../evidence/marks.js';
import type { Person } from '../../world/person.js';
import { bodyOf } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

const IDENTITY = [
  'X-Forwarded-User',
  'X-Forwarded-Email',
  'X-Forwarded-Preferred-Username',
  'X-Remote-User',
  'Remote-User',
  'X-Auth-Request-User',
  'X-Auth-Request-Email',
  'X-Authenticated-User',
  'X-Authenticated-Userid',
  'X-Auth-User',
  'X-WebAuth-User',
  'X-User',
  'X-User-Id',
  'X-User-Name',
  'X-Username',
  'X-User-Email',
  'X-Email',
  'X-Account-Id',
  'X-Customer-Id',
  'X-On-Behalf-Of',
  'X-Impersonate-User',
];
const MOST_PAGES = 4;
const MOST_MARKS = 4;
/** Where users are counted. */
const NUMBERS = ['1', '2'];

export const forgedHeaders: SuiteCase = {
  title: 'headers that name a user, as proxies write them',
  mechanisms: ['M24'],
  async run(world) {
    const [, bob] = await world.people(2);
    const { marks } = world.account(0);
    const values = [...new Set([world.account(0).user.username, ...[...marks].slice(0, MOST_MARKS), ...NUMBERS])];
    for (const route of pagesOf(world)) {
      for (const value of values.filter((one) => /^[\x21-\x7e]+$/.test(one))) {
        const found = await forgedBy(world, [null, bob], route, value);
        if (found !== null) return [found];
      }
    }
    return [];
  },
};

export function pagesOf({ whoami, safeRoutes }: World): readonly Route[] {
  return [...(whoami === null ? [] : [whoami]), ...safeRoutes].slice(0, MOST_PAGES);
}

/** All of them at once; if somebody is named by that, one by one. */
async function forgedBy(
  world: World,
  askers: readonly (Person | null)[],
  route: Route,
  value: string,
): Promise<NewFinding | null> {
  for (const person of askers) {
    const ask = (lines: readonly HeaderLine[]) =>
      (person ?? world.nobody()).ask({ ...route, headers: [...route.headers, ...lines] });
    const all = await ask(IDENTITY.map((name) => [name, value]));
    if (inBody(world.foreign(all)) === undefined || inBody(world.foreign(await ask([]))) !== undefined) continue;
    for (const name of IDENTITY) {
      const to = await ask([[name, value]]);
      const sighting = inBody(world.foreign(to));
      if (sighting === undefined || bodyOf(to) !== (await ownPage(world, sighting.owner, route))) continue;
      const detail = `The header ${name} named ${sighting.owner}, and the app answered ${to.asker ?? 'somebody without a session'} with that user's page: it believes a header that any client can send. Take it from a proxy alone that overwrites it.`;
      return swapFinding(world, { mechanism: 'M24', to, sighting, detail });
    }
  }
  return null;
}

function inBody(sightings: readonly Sighting[]): Sighting | undefined {
  return sightings.find(({ where }) => where === 'body');
}

async function ownPage(world: World, owner: string, route: Route): Promise<string | null> {
  const account = world.accounts(world.everybody.length).find(({ label }) => label === owner);
  return account === undefined ? null : bodyOf(await (await world.login(world.browser(account))).ask(route));
}
