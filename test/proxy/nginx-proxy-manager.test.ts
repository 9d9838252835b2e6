import { cacheNamed } from '../helpers/caches.js';
import { describeBehind } from '../helpers/describe-behind.js';
import { doctorSuite } from './doctor-suite.js';
import { scriptSuite } from './script-suite.js';

/** Its good configuration is nginx's. */
const NGINX_PROXY_MANAGER = cacheNamed('Nginx Proxy Manager');

describeBehind(NGINX_PROXY_MANAGER, () => {
  describe('a script, "Cache Assets" switched on', () => scriptSuite(NGINX_PROXY_MANAGER));
  describe('doctor', () => doctorSuite(NGINX_PROXY_MANAGER));
});
