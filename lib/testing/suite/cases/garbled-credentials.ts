/** Session cookies that are none: cut off, of other characters, empty, too long. Whoever sends them is nobody. */
import type { NewFinding } from '../../../evidence/finding.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

export const garbledCredentials: SuiteCase = {
  title: 'a stranger with a session cookie that is none',
  mechanisms: ['M8'],
  async run(world) {
    const [ada] = await world.people(2);
    const routes = world.whoami === null ? world.safeRoutes : [...world.safeRoutes, world.whoami];
    const findings: NewFinding[] = [];
    for (const route of routes.filter(({ path }) => !world.explained(path))) {
      const found = await askedWithGarbage(world, ada, route);
      if (found !== null) findings.push(found);
    }
    return findings;
  },
};

async function askedWithGarbage(world: World, ada: Person, route: Route): Promise<NewFinding | null> {
  const of = await ada.ask(route);
  const stranger = world.nobody();
  const cookie = ada.jar.header(new URL(route.path, ada.origin));
  if (cookie === '' || world.foreign(await stranger.ask(route)).length > 0) return null;
  for (const value of garbage(cookie.length)) {
    const headers = [...route.headers, ['Cookie', cookie.replace(/=[^;]*/g, () => `=${value}`)] as const];
    const to = await stranger.ask({ ...route, headers });
    const [sighting] = world.foreign(to);
    if (sighting) return swapFinding(world, { mechanism: 'M8', of, to, sighting, detail: DETAIL });
  }
  return null;
}

function garbage(length: number): string[] {
  return ['', 'undefined', 'null', 'x'.repeat(length), '%E0%A4%A', 's%3Ax.y', 'e30.e30.e30', '[object Object]', '{'];
}

const DETAIL =
  'The cookie was no session of anybody. Instead of treating the request as nobody, the app fell back to somebody it knew.';
