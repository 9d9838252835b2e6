/** All that is asked of one server. Each has a test file of its own, so that they run beside each other. */
import { type CacheName, cacheNamed } from '../helpers/caches.js';
import { describeBehind } from '../helpers/describe-behind.js';
import { crowdSuite } from './crowd-suite.js';
import { doctorSuite } from './doctor-suite.js';
import { hammerSuite } from './hammer-suite.js';
import { scriptSuite } from './script-suite.js';
import { tableSuite } from './table-suite.js';

export function behind(name: CacheName): void {
  const cache = cacheNamed(name);
  describeBehind(cache, () => {
    describe('the table, well-behaved', () => tableSuite(cache));
    describe('a script, careless', () => scriptSuite(cache));
    describe('doctor', () => doctorSuite(cache));
    if (cache.careless.keeps === 'everything') describe('hammer, careless', () => hammerSuite(cache));
    describe('the crowd, both', () => crowdSuite(cache));
  });
}
