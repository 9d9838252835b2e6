/** The crowd behind one server, in all four worlds: who sees whose pages, and who becomes whom. */
import type { CacheKind } from '../helpers/caches.js';
import { runCrowd } from './crowd.js';
import { expectedIn, nameOf, worldsBehind } from './worlds.js';

/** A tenth of `npm run proof`. */
const CROWD = { users: 10, requests: 300, seed: 20211219 };
const TIMEOUT = 60_000;

export function crowdSuite(cache: CacheKind): void {
  const worlds = worldsBehind(cache).map((world) => ({ name: nameOf(world), world, expected: expectedIn(world) }));
  it.each(worlds)(
    '$name: foreign pages $expected.foreignBodies, swaps $expected.swaps, noticed $expected.suspected',
    async ({ world, expected }) => {
      const result = await runCrowd({ ...world, ...CROWD });
      expect(result.requests).toBe(CROWD.requests);
      // What the cache is known to do it must really have done: the rest would prove nothing otherwise.
      expect({
        foreignBodies: result.foreignBodies > 0,
        foreignFromOrigin: result.foreignFromOrigin > 0,
        foreignWrites: result.foreignWrites > 0,
        swapped: result.swapped > 0,
        suspected: result.suspected > 0,
        loggedOut: result.loggedOut,
      }).toEqual({
        foreignBodies: expected.foreignBodies,
        foreignFromOrigin: expected.swaps,
        foreignWrites: expected.swaps,
        swapped: expected.swaps,
        suspected: expected.suspected,
        loggedOut: 0,
      });
    },
    TIMEOUT,
  );
}
