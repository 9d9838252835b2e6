/**
 * Somebody is refused what belongs to another; the owner looks at it; then the first asks again. If that is allowed now, the
 * permission was remembered without the one who has it.
 */
import type { NewFinding } from '../../../evidence/finding.js';
import type { Person } from '../../world/person.js';
import { otherSpelling } from '../../world/spellings.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

const REFUSALS = [401, 403, 404];

export const deniedThenAllowed: SuiteCase = {
  title: 'what is refused to one, before and after its owner has looked at it',
  mechanisms: ['M10'],
  async run(world) {
    const [ada, bob] = await world.people(2);
    const findings: NewFinding[] = [];
    for (const route of world.routes.filter(({ method }) => method !== 'GET' && method !== 'HEAD'))
      await ada.ask(route);
    for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
      const found = await refusedOnce(world, [ada, bob], route);
      if (found !== null) findings.push(found);
    }
    return findings;
  },
};

async function refusedOnce(
  world: World,
  [ada, bob]: readonly [Person, Person],
  route: Route,
): Promise<NewFinding | null> {
  const refused = await bob.ask(world.fresh(route));
  if (!REFUSALS.includes(refused.answer?.status ?? 0) || world.foreign(refused).length > 0) return null;
  const of = await ada.ask(route);
  const to = await bob.ask(route);
  const [sighting] = world.foreign(to);
  if (sighting === undefined) return null;
  const other = await otherSpelling(world, ada, route);
  // Else the answer is kept by its URL, which is found elsewhere.
  const isAllowed = world.foreign(await bob.ask(world.fresh(other))).length > 0;
  return isAllowed ? swapFinding(world, { mechanism: 'M10', of, to, sighting, detail: ALLOWED }) : null;
}

const ALLOWED =
  'The second had been refused; after the owner had looked, the same was allowed, under any spelling of the URL: who may see it ' +
  'is remembered without the one who may.';
