/**
 * One request is held at each of its awaits in turn, other requests pass completely, and it goes on: whatever is shared by two
 * requests at a time shows. If the other had to wait and then got what was made for the first, calls in flight are shared.
 */
import type { NewFinding } from '../../../evidence/finding.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { firstOf, onStage, openRoutes, unableOnStage } from './on-stage.js';
import { type Pair, PairSearch } from './pair-search.js';

export const heldWhileAnotherPasses: SuiteCase = {
  title: 'one request held at each of its awaits while another passes',
  mechanisms: ['M1', 'M2', 'M3', 'M5', 'M9', 'M10', 'M16'],
  unable: unableOnStage,
  async run(world) {
    const [ada, bob] = await world.people(2);
    const pairs: Pair[] = [
      { held: ada, passing: bob },
      { held: world.nobody(), passing: ada },
      { held: ada, passing: world.nobody() },
    ];
    return onStage(world, async (stage) => {
      const findings: NewFinding[] = [];
      const isKnown = ({ path }: Route) =>
        findings.some(({ exchanges }) => exchanges.some(({ url }) => samePath(url, path)));
      for (const route of openRoutes(world, world.safeRoutes)) {
        if (isKnown(route)) continue;
        const searches = pairs.map((pair) => new PairSearch(world, stage, route, pair));
        const found = (await firstOf(searches, (search) => search.run())) ?? (await searches[0]?.turned?.run()) ?? null;
        if (found !== null) findings.push(found);
        if (found?.mechanism === 'M16') break; // every page is one behind
      }
      return findings;
    });
  },
};

function samePath(url: string, path: string): boolean {
  const { pathname } = new URL(url);
  return pathname === new URL(path, url).pathname;
}
