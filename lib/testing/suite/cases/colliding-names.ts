/**
 * People whose names, joined with what they ask for, make the same key: `a:b` with `c` is `a` with `b:c`. The delimiters that
 * people use are tried, in the path, in each parameter and in the whole URL.
 */

import type { NewFinding } from '../../../evidence/finding.js';
import { type Marked, sightingsOf } from '../../../evidence/marks.js';
import type { Account, Person } from '../../world/person.js';
import { bodyOf } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

const DELIMITERS = [':', '-', '_', '|', '/', ',', '.', '#', '::', ' ', ''];

export const collidingNames: SuiteCase = {
  title: 'two people whose names make the same key with what they ask for',
  mechanisms: ['M7'],
  unable: ({ options }) =>
    options.users === undefined ? null : 'it takes names of its own choice: leave users out, if login takes anybody',
  async run(world) {
    const findings: NewFinding[] = [];
    for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
      for (const collision of collisionsOf(world, route)) {
        const found = await collide(world, collision);
        if (found !== null) findings.push(found);
        if (found !== null) break;
      }
    }
    return findings;
  },
};

interface Collision {
  /** Two names, and what each asks for. */
  readonly short: readonly [name: string, route: Route];
  readonly long: readonly [name: string, route: Route];
  readonly key: string;
}

function collisionsOf({ random }: World, route: Route): Collision[] {
  const [path = '/', query = ''] = route.path.split('?', 2);
  const pairs = [...new URLSearchParams(query)];
  return DELIMITERS.flatMap((delimiter) => {
    const [name, middle, rest] = [`eve${random.word(8)}`, `m${random.word(5)}`, `r${random.word(5)}`];
    const inQuery = pairs.map(([param]): Collision => {
      const asks = (value: string) => ({ ...route, path: `${path}?${withParam(pairs, param, value)}` });
      return {
        short: [name, asks(`${middle}${delimiter}${rest}`)],
        long: [`${name}${delimiter}${middle}`, asks(rest)],
        key: `${name}${delimiter}${middle}${delimiter}${rest}`,
      };
    });
    const url = `${path}?${query}${query === '' ? '' : '&'}q=`;
    const before: Collision = {
      short: [name, { ...route, path: `${url}${delimiter}${path}` }],
      long: [`${name}${delimiter}${url}`, { ...route, path }],
      key: `${name}${delimiter}${url}${delimiter}${path}`,
    };
    const after: Collision = {
      short: [name, { ...route, path: `${url}${delimiter}${middle}` }],
      long: [`${middle}${delimiter}${name}`, { ...route, path: url }],
      key: `${url}${delimiter}${middle}${delimiter}${name}`,
    };
    const isInUrl = delimiter !== ' ' && delimiter !== '#';
    return [...inQuery, ...(isInUrl ? [before, after] : [])];
  });
}

function withParam(pairs: readonly (readonly [string, string])[], name: string, value: string): string {
  return pairs.map(([other, old]) => `${other}=${encodeURIComponent(other === name ? value : old)}`).join('&');
}

async function collide(world: World, { short, long, key }: Collision): Promise<NewFinding | null> {
  const people = [accountOf('eve', short[0]), accountOf('fay', long[0])] as const;
  const [eve, fay] = [await loggedIn(world, people[0]), await loggedIn(world, people[1])];
  if (eve === null || fay === null) return null;
  const of = await eve.ask(short[1]);
  const to = await fay.ask(long[1]);
  if (to.answer === null || !of.answer?.body.equals(to.answer.body) || of.answer.status >= 300) return null;
  const marked: Marked[] = people.map(({ label, marks }) => ({ label, marks: [...marks] }));
  const [sighting] = sightingsOf(to, marked);
  // A name that holds the other one would be found in what is its own.
  if (
    sighting === undefined ||
    !isAlone(to.answer.body.toString('latin1'), people[1].user.username, people[0].user.username)
  )
    return null;
  if (await isShownToAnybody(world, short)) return null;
  return swapFinding(world, { mechanism: 'M7', of, to, sighting, detail: DETAIL.replace('{key}', key) });
}

/** A leaderboard shows the name to those as well whose names make no key with it. */
async function isShownToAnybody(world: World, [name, route]: Collision['short']): Promise<boolean> {
  const gil = await loggedIn(world, accountOf('gil', `gil${world.random.word(8)}`));
  const url = world.fresh(route);
  const pages = [await world.nobody().ask(url), ...(gil === null ? [] : [await gil.ask(url)])];
  return pages.some((page) => bodyOf(page).includes(name));
}

function isAlone(text: string, long: string, short: string): boolean {
  return text.replaceAll(long, '').includes(short);
}

function accountOf(label: string, username: string): Account {
  return { label, user: { username, password: 'of-a-collision' }, marks: new Set([username]) };
}

async function loggedIn(world: World, account: Account): Promise<Person | null> {
  return world.login(world.browser(account)).catch(() => null);
}

const DETAIL =
  'Both were answered with the same. Joined with what they had asked for, their names make the same text, {key}: a key that is ' +
  'put together like that is the same for both.';
