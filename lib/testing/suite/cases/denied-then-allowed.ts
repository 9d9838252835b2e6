/**
 * Somebody is refused what belongs to another who has not come yet; the owner comes and looks at it; then the first asks again. If
 * that is allowed now, the permission was remembered without the one who has it. A login may look by itself, so it is tried once with
 * each of the two as the first.
 */
import type { NewFinding } from '../../../evidence/finding.js';
import type { Person } from '../../world/person.js';
import { isRefusal } from '../../world/refusals.js';
import { otherSpelling } from '../../world/spellings.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

export const deniedThenAllowed: SuiteCase = {
  title: 'what is refused to one, before and after its owner has looked at it',
  mechanisms: ['M10'],
  run: (world) => askedBeforeAndAfter(world, 1, 0),
};

export const deniedThenAllowedBack: SuiteCase = {
  title: 'what is refused to the other, before and after its owner has looked at it',
  mechanisms: ['M10'],
  run: (world) => askedBeforeAndAfter(world, 0, 1),
};

async function askedBeforeAndAfter(world: World, early: 0 | 1, late: 0 | 1): Promise<NewFinding[]> {
  const first = await world.login(world.browser(world.account(early)));
  const refused: Route[] = [];
  for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
    const exchange = await first.ask(world.fresh(route));
    if (isRefusal(exchange) && world.foreign(exchange).length === 0) refused.push(route);
  }
  const owner = await world.login(world.browser(world.account(late)));
  for (const route of world.routes.filter(({ method }) => method !== 'GET' && method !== 'HEAD'))
    await owner.ask(route);
  const findings: NewFinding[] = [];
  for (const route of refused) {
    const found = await afterItsOwner(world, [owner, first], route);
    if (found !== null) findings.push(found);
  }
  return findings;
}

async function afterItsOwner(
  world: World,
  [ada, bob]: readonly [Person, Person],
  route: Route,
): Promise<NewFinding | null> {
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
