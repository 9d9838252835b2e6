/** Many at once, with the event loop stalled: what two at once do not bring out, a full pool or a long queue may. */
import type { NewFinding } from '../../../evidence/finding.js';
import { atOnce } from '../../world/ask-all.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { stall } from './stall.js';

const AT_ONCE = 64;
const STALL = 120;
const PAIRS = 3;

export const underLoad: SuiteCase = {
  title: `${AT_ONCE} requests at once while the event loop stalls`,
  mechanisms: ['M26'],
  async run(world) {
    const people = await world.people(4);
    const findings: NewFinding[] = [];
    for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
      const found = await loaded(world, people, route);
      if (found !== null) findings.push(found);
    }
    return findings;
  },
};

async function loaded(world: World, people: readonly Person[], route: Route): Promise<NewFinding | null> {
  for (let pair = 0; pair < PAIRS; pair++) {
    const two = await atOnce(
      world,
      people.slice(0, 2).map((person) => ({ person, route })),
    );
    if (two.some((exchange) => world.foreign(exchange).length > 0)) return null; // no matter of load
  }
  const crowd = Array.from({ length: AT_ONCE }, (_none, index) => ({
    person: people[index % people.length] as Person,
    route,
  }));
  // From the first request on, until all the others wait in its queue.
  world.site.server?.prependOnceListener('request', () => stall(STALL));
  const exchanges = await atOnce(world, crowd);
  const to = exchanges.find((exchange) => world.foreign(exchange).length > 0);
  const [sighting] = to ? world.foreign(to) : [];
  const of = exchanges.find(({ asker }) => asker === sighting?.owner);
  return to && sighting ? swapFinding(world, { mechanism: 'M26', of, to, sighting, detail: DETAIL }) : null;
}

const DETAIL =
  `Two requests at once were answered well. Among ${AT_ONCE} at once, with the event loop stalled, one was answered with what ` +
  "is somebody else's: it takes load to bring it out.";
