/** The proof on real input of R4 and R8: nginx, set up as the CDN of test/regression/2022-vistaserv-cdn.test.ts was. */
import { describeBehind } from '../helpers/describe-behind.js';
import { NGINX } from '../helpers/nginx.js';
import { runCrowd } from './crowd.js';
import { CROWD } from './proof-rows.js';

const TIMEOUT = 60_000;
/** What no cache can bring about. */
const NONE = { foreignFromOrigin: 0, foreignWrites: 0, swapped: 0, loggedOut: 0 };

describeBehind(NGINX, (nginx) => {
  it(
    'turns users of express-session into each other when the cache is careless',
    async () => {
      const result = await runCrowd({ nginx, configuration: 'careless', guarded: false, ...CROWD });
      expect(result.requests).toBe(CROWD.requests);
      expect(result.swapped).toBeGreaterThan(0);
      expect(result.foreignFromOrigin).toBeGreaterThan(0);
      expect(result.foreignWrites).toBeGreaterThan(0);
    },
    TIMEOUT,
  );

  it(
    'turns no user of swapproof into another when the cache is careless, and reports the cache',
    async () => {
      const result = await runCrowd({ nginx, configuration: 'careless', guarded: true, ...CROWD });
      expect(result).toMatchObject({ requests: CROWD.requests, ...NONE });
      // No header of an origin keeps this cache from replaying bodies. Without any, it was not careless.
      expect(result.foreignBodies).toBeGreaterThan(0);
      expect(result.suspected).toBeGreaterThan(0);
    },
    TIMEOUT,
  );

  it(
    'shows nobody a page of another user when the cache obeys',
    async () => {
      const result = await runCrowd({ nginx, configuration: 'good', guarded: true, ...CROWD });
      expect(result).toEqual({ requests: CROWD.requests, foreignBodies: 0, suspected: 0, ...NONE });
    },
    TIMEOUT,
  );
});
