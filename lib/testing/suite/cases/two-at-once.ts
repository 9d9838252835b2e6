/**
 * Two requests that arrive together, by their last byte: with the same URL, and with URLs of their own. For apps that can't be held
 * at their awaits, as behind a URL, or that wait for what nothing can hold.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '../../../evidence/client.js';
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { burst } from '../../../evidence/last-byte.js';
import { Visits } from '../../inside/visits.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { firstOf } from './on-stage.js';

const TIMES = 4;
/** Of two routes, which are asked in both directions. */
const MOST_PAIRS = 20;
/** Milliseconds: the one is under way when the other comes. */
const HEAD_START = 3;

export const twoAtOnce: SuiteCase = {
  title: 'two people at once',
  mechanisms: ['M1', 'M9', 'M17'],
  async run(world) {
    const people = await world.people(2);
    const findings: NewFinding[] = [];
    const routes = world.safeRoutes.filter(({ path }) => !world.explained(path));
    for (const route of routes) {
      const found = await together(world, people, route);
      if (found !== null) findings.push(found);
    }
    if (findings.length > 0) return findings;
    const found = await firstOf(pairsOf(routes), (pair) => twoRoutes(world, people, pair));
    return found === null ? [] : [found];
  },
};

type Routes = readonly [Route, Route];

function pairsOf(routes: readonly Route[]): Routes[] {
  const pairs = routes.flatMap((one) => routes.filter((other) => other !== one).map((other): Routes => [one, other]));
  return pairs.slice(0, MOST_PAIRS);
}

/** One of the two may take longer: answers that come in another order than the questions are taken for one another's. */
async function twoRoutes(
  world: World,
  people: readonly [Person, Person],
  [one, other]: Routes,
): Promise<NewFinding | null> {
  const visits = world.site.server === null ? null : new Visits(world.site.server);
  try {
    const [ada, bob] = people;
    const asked = ada.ask(world.fresh(one));
    await pause(HEAD_START);
    const mixed = await Promise.all([asked, bob.ask(world.fresh(other))]);
    if (mixed.every((exchange) => world.foreign(exchange).length === 0)) return null;
    for (const [index, person] of people.entries()) {
      const alone = await person.ask(world.fresh(index === 0 ? one : other));
      if (world.foreign(alone).length > 0) return null; // then it is no matter of at once
    }
    const [first, second] = visits?.all ?? [];
    const shared = [...(first?.spokeOn ?? [])].some((connection) => second?.spokeOn.has(connection));
    return shared ? findingOf(world, mixed, 'M17', OUT_OF_ORDER) : findingOf(world, mixed, 'M1', APART);
  } finally {
    visits?.close();
  }
}

async function together(world: World, people: readonly [Person, Person], route: Route): Promise<NewFinding | null> {
  const apart = await repeated(world, people, () => [world.fresh(route), world.fresh(route)]);
  if (apart !== null) return findingOf(world, apart, 'M1', APART);
  const same = await repeated(world, people, () => {
    const url = world.fresh(route);
    return [url, url];
  });
  return same === null ? null : findingOf(world, same, 'M9', SAME);
}

async function repeated(
  world: World,
  people: readonly [Person, Person],
  urls: () => Routes,
): Promise<Exchange[] | null> {
  for (let time = 0; time < TIMES; time++) {
    const client = new Client({ origin: world.origin });
    const routes = urls();
    const exchanges = await burst(
      people.map((person, index) => ({
        client,
        question: person.dressed(routes[index] as Route),
        asker: person.label,
      })),
    );
    client.close();
    const taken = exchanges.map((exchange, index) => (people[index] as Person).took(exchange));
    if (taken.some((exchange) => world.foreign(exchange).length > 0)) return taken;
  }
  return null;
}

function findingOf(
  world: World,
  exchanges: readonly Exchange[],
  mechanism: 'M1' | 'M9' | 'M17',
  detail: string,
): NewFinding | null {
  const to = exchanges.find((exchange) => world.foreign(exchange).length > 0);
  const [sighting] = to ? world.foreign(to) : [];
  const of = exchanges.find((exchange) => exchange !== to);
  return to && sighting ? swapFinding(world, { mechanism, of, to, sighting, detail }) : null;
}

const APART = 'Both asked at once, under URLs of their own, and were mixed up; in turn they were not.';
const OUT_OF_ORDER =
  'They asked for two pages, the second while the first was under way, and were mixed up; alone they were not. Both went over one connection to another server, which was ' +
  'quicker with the second: its answers are taken in the order of the questions, and carry no number.';
const SAME =
  'Both asked for the same URL at once, and were given the same answer; under URLs of their own they were not.';
