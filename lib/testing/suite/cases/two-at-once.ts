/**
 * Two requests that arrive together, by their last byte: with the same URL, and with URLs of their own. For apps that can't be held
 * at their awaits, as behind a URL, or that wait for what nothing can hold.
 */
import { Client } from '../../../evidence/client.js';
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { burst } from '../../../evidence/last-byte.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

const TIMES = 4;

export const twoAtOnce: SuiteCase = {
  title: 'two people at once',
  mechanisms: ['M1', 'M9'],
  async run(world) {
    const people = await world.people(2);
    const findings: NewFinding[] = [];
    for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
      const found = await together(world, people, route);
      if (found !== null) findings.push(found);
    }
    return findings;
  },
};

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
  urls: () => readonly [Route, Route],
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
  mechanism: 'M1' | 'M9',
  detail: string,
): NewFinding | null {
  const to = exchanges.find((exchange) => world.foreign(exchange).length > 0);
  const [sighting] = to ? world.foreign(to) : [];
  const of = exchanges.find((exchange) => exchange !== to);
  return to && sighting ? swapFinding(world, { mechanism, of, to, sighting, detail }) : null;
}

const APART = 'Both asked at once, under URLs of their own, and were mixed up; in turn they were not.';
const SAME =
  'Both asked for the same URL at once, and were given the same answer; under URLs of their own they were not.';
