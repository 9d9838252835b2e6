/** One asks, then another, then nobody, each over a connection of their own: whatever is replayed was kept by its URL alone. */
import { type Exchange, valuesOf } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

/** A cache in front of the app says how old its answer is. */
const OF_A_CACHE = ['age', 'x-varnish', 'cf-cache-status'];

export const sameUrlInTurn: SuiteCase = {
  title: 'the same page for two people and a stranger in turn',
  mechanisms: ['M6', 'M11'],
  async run(world) {
    const [ada, bob] = await world.people(2);
    const findings: NewFinding[] = [];
    for (const route of world.safeRoutes) {
      const found = await inTurn(world, [ada, bob, world.nobody()], route);
      if (found !== null) findings.push(found);
    }
    return findings;
  },
};

async function inTurn(world: World, people: readonly Person[], route: Route): Promise<NewFinding | null> {
  const asked: Exchange[] = [];
  const url = world.fresh(route);
  for (const person of people) {
    const exchange = await person.ask(url);
    const [sighting] = world.foreign(exchange);
    const of = asked.find(({ asker }) => asker === sighting?.owner);
    if (sighting !== undefined && of !== undefined) {
      return swapFinding(world, { mechanism: mechanismOf(exchange), of, to: exchange, sighting, detail: DETAIL });
    }
    asked.push(exchange);
  }
  return null;
}

const DETAIL =
  'Both asked for the same URL, one after the other, over connections of their own. The second was given what the first had got.';

function mechanismOf({ answer }: Exchange): 'M6' | 'M11' {
  return OF_A_CACHE.some((name) => valuesOf(answer?.headers ?? [], name).length > 0) ? 'M11' : 'M6';
}
