/**
 * The routes may name a page at several hosts, or of several tenants. Whoever asks with one session, alone and first of all, must not be
 * shown another person's at one of them: then it is the place that says whose data it is, and not the session.
 */
import { type Exchange, isAccepted, valuesOf } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { type Sighting, sightingsOf } from '../../../evidence/marks.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

export const oneSessionAtEachPlace: SuiteCase = {
  title: 'one session at each of the hosts and tenants that the routes name',
  mechanisms: ['M24'],
  async run(world) {
    const findings: NewFinding[] = [];
    for (const places of placesOf(world.safeRoutes)) {
      const found = await byPlace(world, places);
      if (found !== null) findings.push(found);
    }
    return findings.length > 0 ? findings : atTheHostOfAnother(world);
  },
};

/** The same page, at each of its places. */
type Places = readonly Route[];

function placesOf(routes: readonly Route[]): Places[] {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    for (const key of keysOf(route)) groups.set(key, [...(groups.get(key) ?? []), route]);
  }
  return [...groups.values()].filter((group) => new Set(group.map(placeOf)).size > 1);
}

/** The path itself, and the path without one of its parts: `/ * /invoices`. What stands last, and numbers, name things, not places. */
function keysOf({ method, path }: Route): string[] {
  const parts = path.replace(/\?.*$/, '').split('/');
  const shortened = parts.flatMap((part, index) => {
    if (part === '' || index === parts.length - 1 || /^[\d-]+$/.test(part)) return [];
    return [[...parts.slice(0, index), '*', ...parts.slice(index + 1)].join('/')];
  });
  return [path, ...shortened].map((key) => `${method} ${key}`);
}

function placeOf({ path, headers }: Route): string {
  return JSON.stringify([path, headers]);
}

/** Each person alone: what the first is shown of another can't be left from that one's visit. */
async function byPlace(world: World, places: Places): Promise<NewFinding | null> {
  for (const account of world.accounts(2)) {
    const person = await world.login(world.browser(account));
    const seen: { readonly exchange: Exchange; readonly sighting: Sighting | undefined }[] = [];
    for (const route of places) {
      const exchange = await person.ask(route);
      seen.push({ exchange, sighting: world.unlisted(exchange).find(({ where }) => where === 'body') });
    }
    const other = seen.find(({ sighting }) => sighting !== undefined);
    const isElsewhereToo = seen.every(({ sighting }) => sighting?.owner === other?.sighting?.owner);
    if (other?.sighting !== undefined && !isElsewhereToo)
      return swapFinding(world, { mechanism: 'M24', to: other.exchange, sighting: other.sighting, detail: BY_PLACE });
  }
  return null;
}

/** Where the login has people ask at hosts of their own: ada's session at bob's. */
async function atTheHostOfAnother(world: World): Promise<NewFinding[]> {
  const [ada, bob] = await world.people(2);
  const [hers, his] = [ada, bob].map((person) => valuesOf(person.dressed({ path: '/' }).headers, 'host')[0]);
  if (hers === undefined || his === undefined || hers === his) return [];
  for (const route of world.safeRoutes) {
    await ada.ask(route); // some write down where they are used first
    const to = await ada.ask({ ...route, headers: [...route.headers, ['Host', his]] });
    const [sighting] = [...world.unlisted(to), ...ownSightings(world, to)].filter(({ where }) => where === 'body');
    if (sighting !== undefined && isAccepted(to))
      return [swapFinding(world, { mechanism: 'M24', to, sighting, detail: AT_HIS })];
  }
  return [];
}

function ownSightings(world: World, exchange: Exchange): Sighting[] {
  return sightingsOf({ ...exchange, asker: null }, world.everybody);
}

const AT_HIS =
  'Each logged in at a host of their own. With the cookies of hers, ada was let in at the other one too: give each host secrets of its own, or ' +
  'write into the session for which of them it is.';
const BY_PLACE =
  'The same session asked for the same page at several hosts or tenants, before anybody else did, and was shown what is of another person at ' +
  'one of them: the app takes the data from the place, and lets in every session. Write into the session for which host or tenant it is, ' +
  'and refuse it at every other.';
