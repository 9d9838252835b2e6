/** Somebody is shown what is another's from the first request on, before that other one has come: it is stored so. */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf, type Sighting } from '../../../evidence/marks.js';
import { marksIn } from '../../world/accounts.js';
import type { Person } from '../../world/person.js';
import { bodyOf } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

export const swappedRecords: SuiteCase = {
  title: 'each person alone, from the first login on',
  mechanisms: ['M25'],
  async run(world) {
    const findings: NewFinding[] = [];
    const [ada, bob] = await shownTo(world, 2);
    for (const [index, own] of (ada as Shown).exchanges.entries()) {
      const other = (bob as Shown).exchanges[index] as Exchange;
      const [sighting, back] = [othersOnly(world, own), othersOnly(world, other)];
      const isMutual = sighting?.owner === other.asker && back?.owner === own.asker;
      if (sighting && isMutual)
        findings.push(swapFinding(world, { mechanism: 'M25', of: other, to: own, sighting, detail: SWAPPED }));
    }
    return findings.length > 0 ? findings.slice(0, 1) : recordsOf(world);
  },
};

interface Shown {
  readonly person: Person;
  readonly exchanges: readonly Exchange[];
}

/** Each logs in, asks for everything, and is done before the next one comes. */
async function shownTo(world: World, count: 2): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const person of await world.people(count)) {
    const exchanges: Exchange[] = [];
    for (const route of routesOf(world)) exchanges.push(await person.ask(route));
    shown.push({ person, exchanges });
  }
  return shown;
}

function routesOf({ whoami, safeRoutes }: World): readonly Route[] {
  return whoami === null || whoami.method !== 'GET' ? safeRoutes : [whoami, ...safeRoutes];
}

/** A mark of somebody else, in an answer that has none of the asker's own: a list of colleagues has both. */
function othersOnly(world: World, exchange: Exchange): Sighting | null {
  const own = world.everybody.find(({ label }) => label === exchange.asker)?.marks ?? [];
  if (own.some((mark) => offsetOf(bodyOf(exchange), mark) >= 0)) return null;
  return world.foreign(exchange).find(({ where }) => where === 'body') ?? null;
}

/** What the app's store has, if it can be looked at. */
async function recordsOf(world: World): Promise<NewFinding[]> {
  const { records } = world.options;
  if (records === undefined) return [];
  for (const person of await world.people(2)) {
    const text = JSON.stringify(await records(person)) ?? '';
    const others = world.everybody.filter(({ label }) => label !== person.label);
    const owner = others.find(({ marks }) => marks.some((mark) => offsetOf(text, mark) >= 0));
    if (owner !== undefined && !marksIn(person.user).some((mark) => offsetOf(text, mark) >= 0)) {
      return [recordFinding(person, owner.label)];
    }
  }
  return [];
}

function recordFinding(person: Person, owner: string): NewFinding {
  return {
    mechanism: 'M25',
    title: `the records of ${person.label} are those of ${owner}`,
    owner,
    receiver: person.label,
    exchanges: [],
    detail: `records(${person.label}) answered what is ${owner}'s, and nothing that is ${person.label}'s own.`,
  };
}

const SWAPPED =
  'Each had logged in alone, and each was shown what is that of the other, and nothing of their own: what is stored under one name ' +
  'belongs to the other.';
