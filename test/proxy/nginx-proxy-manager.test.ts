import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Report } from '../../lib/evidence/report.js';
import { cacheNamed, startCache } from '../helpers/caches.js';
import { describeBehind } from '../helpers/describe-behind.js';
import { hammered } from '../helpers/hammered.js';
import { doctorSuite } from './doctor-suite.js';
import { SCRIPT, scriptApp } from './script-app.js';
import { scriptSuite } from './script-suite.js';
import type { Front } from './table.js';

/** Its good configuration is nginx's. */
const NGINX_PROXY_MANAGER = cacheNamed('Nginx Proxy Manager');

describeBehind(NGINX_PROXY_MANAGER, () => {
  describe('a script, "Cache Assets" switched on', () => scriptSuite(NGINX_PROXY_MANAGER));
  describe('doctor', () => doctorSuite(NGINX_PROXY_MANAGER));
  describe('hammer, which is told of a page alone', () => {
    it('finds the session in its script', async () => {
      const { verdict, findings } = await reportOf('bare');
      const sessions = findings.filter(({ mechanism, certainty }) => mechanism === 'M12' && certainty === 'proved');
      expect([verdict, sessions.map(({ title }) => title).join()]).toEqual([
        'swapped',
        expect.stringContaining(SCRIPT),
      ]);
    }, 60_000);

    it('finds no session with the kit', async () => {
      expect(await reportOf('kit')).toMatchObject({ verdict: 'clean', findings: [] });
    }, 60_000);
  });
});

async function reportOf(front: Front): Promise<Report> {
  const app = scriptApp(front);
  const proxy = await startCache(NGINX_PROXY_MANAGER, 'careless', await portOf(app.server));
  try {
    return await hammered(`http://127.0.0.1:${proxy.port}`, {
      login: { kind: 'module', logIn: (person, user) => person.post(`/login/${user.username}`) },
      whoami: '/account',
      direct: false,
      requests: 100,
      patience: 2_100,
    });
  } finally {
    await proxy.stop();
    await app.close();
  }
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
