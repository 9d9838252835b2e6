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
    const [ada, bob] = (await shownTo(world)) as [Shown, Shown];
    const swapped = ada.flatMap((own, index) => {
      const other = bob[index] as Exchange;
      const [sighting, back] = [othersOnly(world, own), othersOnly(world, other)];
      return sighting?.owner === other.asker && back?.owner === own.asker
        ? [{ own, other, sighting: sighting as Sighting }]
        : [];
    });
    const [first] = swapped;
    if (first === undefined) return recordsOf(world);
    const finding = swapFinding(world, {
      mechanism: 'M25',
      of: first.other,
      to: first.own,
      sighting: first.sighting,
      detail: SWAPPED,
    });
    const more = swapped
      .slice(1)
      .flatMap(({ own, other }) => [other, own].map((exchange) => world.journal.show(exchange)));
    return [{ ...finding, exchanges: [...finding.exchanges, ...more] }];
  },
};

/** All that one was answered. */
type Shown = readonly Exchange[];

/** Each logs in, asks for everything, and is done before the next one comes. */
async function shownTo(world: World): Promise<Shown[]> {
  const shown: Shown[] = [];
  for (const index of [0, 1] as const) {
    const person = await world.login(world.browser(world.account(index)));
    const exchanges: Exchange[] = [];
    for (const route of routesOf(world)) exchanges.push(await person.ask(route));
    shown.push(exchanges);
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
