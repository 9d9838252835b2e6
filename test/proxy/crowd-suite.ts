/** The crowd behind one server, in all four worlds: who sees whose pages, and who becomes whom. */
import type { CacheKind } from '../helpers/caches.js';
import { type CrowdResult, runCrowd } from './crowd.js';
import { type Expected, expectedIn, nameOf, worldsBehind } from './worlds.js';

/** How often a page is replayed depends on how fast the machine is: at least a few hundred requests, and until it was. */
const AT_LEAST = 200;
const CROWD = { users: 10, requests: 4000, seed: 20211219 };
const TIMEOUT = 60_000;

export function crowdSuite(cache: CacheKind): void {
  const worlds = worldsBehind(cache).map((world) => ({ name: nameOf(world), world, expected: expectedIn(world) }));
  it.each(worlds)(
    '$name: foreign pages $expected.foreignBodies, swaps $expected.swaps, noticed $expected.suspected',
    async ({ world, expected }) => {
      const sights = sightsOf(expected);
      const enough = (soFar: CrowdResult) => soFar.requests >= AT_LEAST && sights.every((name) => soFar[name] > 0);
      const result = await runCrowd({ ...world, ...CROWD, enough });
      // What the cache is known to do it must really have done: the rest would prove nothing otherwise.
      expect(SIGHTS.filter((name) => result[name] > 0)).toEqual(sights);
      expect(result.loggedOut).toBe(0);
    },
    TIMEOUT,
  );
}

const SIGHTS = ['foreignBodies', 'foreignFromOrigin', 'foreignWrites', 'swapped', 'suspected'] as const;

function sightsOf({ foreignBodies, swaps, suspected }: Expected): (typeof SIGHTS)[number][] {
  return SIGHTS.filter((name) => {
    if (name === 'foreignBodies') return foreignBodies;
    return name === 'suspected' ? suspected : swaps;
  });
}
