/**
 * People whose names make the same key: joined with what they ask for, `a:b` with `c` is `a` with `b:c`; or cut off, or brought
 * to lower case. The delimiters that people use are tried, in each parameter and in the whole URL.
 */

import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf, type Sighting, textOf } from '../../../evidence/marks.js';
import type { Account, Person } from '../../world/person.js';
import { bodyOf, sayWho } from '../../world/say-who.js';
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
    const crowd = new Crowd(world);
    for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
      const found = await collidingOn(world, crowd, route);
      if (found !== null) findings.push(found);
    }
    return findings;
  },
};

/** A page that brings names into one form, to show them, shows the same whoever asks first: a cache does not. */
async function collidingOn(world: World, crowd: Crowd, route: Route): Promise<NewFinding | null> {
  for (const [index, collision] of collisionsOf(world, route).entries()) {
    const found = await collide(world, crowd, collision);
    const again = found === null ? undefined : collisionsOf(world, route)[index];
    if (again && (await collide(world, crowd, { ...again, first: again.second, second: again.first }))) return found;
  }
  return null;
}

interface Collision {
  /** Two names, and what each asks for. */
  readonly first: readonly [name: string, route: Route];
  readonly second: readonly [name: string, route: Route];
  readonly why: string;
}

function collisionsOf(world: World, route: Route): Collision[] {
  return [...similar(world, route), ...joined(world, route)];
}

/** Names that differ, but not for every way to make a key of them. */
function similar({ random }: World, route: Route): Collision[] {
  const [one, two, three] = [1, 2, 3].map(() => `eve${random.word(20)}`);
  const pairs = [
    [`${one}`, `${one}`.toUpperCase()],
    [`${two}${'x'.repeat(44)}1`, `${two}${'x'.repeat(44)}2`],
    [`${three}\u00e9`, `${three}e\u0301`],
  ] as const;
  return pairs.map(([one, other]) => ({ first: [one, route], second: [other, route], why: SIMILAR }));
}

function joined({ random }: World, route: Route): Collision[] {
  const [path = '/', query = ''] = route.path.split('?', 2);
  const pairs = [...new URLSearchParams(query)];
  const [name, middle] = [`eve${random.word(8)}`, `m${random.word(5)}`];
  return DELIMITERS.flatMap((delimiter) => {
    const rest = `r${random.word(5)}`;
    const inQuery = pairs.map(([param]): Collision => {
      const asks = (value: string) => ({ ...route, path: `${path}?${withParam(pairs, param, value)}` });
      return {
        first: [name, asks(`${middle}${delimiter}${rest}`)],
        second: [`${name}${delimiter}${middle}`, asks(rest)],
        why: JOINED.replace('{key}', `${name}${delimiter}${middle}${delimiter}${rest}`),
      };
    });
    const url = `${path}?${query}${query === '' ? '' : '&'}q=`;
    const before: Collision = {
      first: [name, { ...route, path: `${url}${delimiter}${path}` }],
      second: [`${name}${delimiter}${url}`, { ...route, path }],
      why: JOINED.replace('{key}', `${name}${delimiter}${url}${delimiter}${path}`),
    };
    const after: Collision = {
      first: [name, { ...route, path: `${url}${delimiter}${middle}` }],
      second: [`${middle}${delimiter}${name}`, { ...route, path: url }],
      why: JOINED.replace('{key}', `${url}${delimiter}${middle}${delimiter}${name}`),
    };
    const isInUrl = delimiter !== ' ' && delimiter !== '#';
    return [...inQuery, ...(isInUrl ? [before, after] : [])];
  });
}

function withParam(pairs: readonly (readonly [string, string])[], name: string, value: string): string {
  return pairs.map(([other, old]) => `${other}=${encodeURIComponent(other === name ? value : old)}`).join('&');
}

/** Logs people in, each once. */
class Crowd {
  readonly #world: World;
  readonly #people = new Map<string, Promise<Person | null>>();
  readonly #bystander: string;

  constructor(world: World) {
    this.#world = world;
    this.#bystander = `gil${world.random.word(8)}`;
  }

  /** Null if the login does not take the name, or makes another of it: then it may well be that of another user. */
  named(label: string, username: string): Promise<Person | null> {
    const known = this.#people.get(username) ?? this.#login(label, username);
    this.#people.set(username, known);
    return known;
  }

  /** Whose name makes no key with any other. */
  bystander(): Promise<Person | null> {
    return this.named('gil', this.#bystander);
  }

  async #login(label: string, username: string): Promise<Person | null> {
    const account: Account = { label, user: { username, password: 'of-a-collision' }, marks: new Set([username]) };
    const person = await this.#world.login(this.#world.browser(account)).catch(() => null);
    return person !== null && offsetOf(await sayWho(this.#world, person), username) >= 0 ? person : null;
  }
}

async function collide(world: World, crowd: Crowd, { first, second, why }: Collision): Promise<NewFinding | null> {
  const gil = await crowd.bystander(); // first: a list of the latest may have room for a few
  const [eve, fay] = [await crowd.named('eve', first[0]), await crowd.named('fay', second[0])];
  if (eve === null || fay === null) return null;
  const of = await eve.ask(first[1]);
  const to = await fay.ask(second[1]);
  if (to.answer === null || !of.answer?.body.equals(to.answer.body) || of.answer.status >= 300) return null;
  const offset = offsetBeside(textOf(to.answer), first[0], second[0]);
  if (offset < 0 || (await isShownToAnybody(world, gil, first))) return null;
  const sighting: Sighting = { owner: 'eve', mark: first[0], where: 'body', header: null, offset };
  return swapFinding(world, { mechanism: 'M7', of, to, sighting, detail: why });
}

/** A leaderboard shows the name to those as well whose names make no key with it. */
async function isShownToAnybody(world: World, gil: Person | null, [name, route]: Collision['first']): Promise<boolean> {
  const url = world.fresh(route);
  const pages = [await world.nobody().ask(url), ...(gil === null ? [] : [await gil.ask(url)])];
  return pages.some((page) => offsetOf(bodyOf(page), name) >= 0);
}

/** Where the name is, and not as a part of the asker's own. */
function offsetBeside(text: string, name: string, own: string): number {
  const spelled = Buffer.from(own).toString('latin1');
  return offsetOf(own.includes(name) ? text.replaceAll(spelled, '') : text, name);
}

const SIMILAR =
  'Both were answered with the same, whoever asked first. Their names are alike, but not the same: cut off, or brought to lower ' +
  'case or to one form, they make one key.';
const JOINED =
  'Both were answered with the same, whoever asked first. Joined with what they had asked for, their names make the same text, ' +
  '{key}: a key that is put together like that is the same for both.';
