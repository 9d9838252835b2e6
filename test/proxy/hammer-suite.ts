/** hammer behind one server, careless: it finds what the server gives away, and with swapproof no session among it. */
import type { Report } from '../../lib/evidence/report.js';
import type { CacheKind } from '../helpers/caches.js';
import { startCache } from '../helpers/caches.js';
import { madeAccounts, passwordOf, startExample } from '../helpers/example.js';
import { hammered, usersNamed } from '../helpers/hammered.js';

const ACCOUNTS = madeAccounts(4);
const TIMEOUT = 90_000;

async function reportOf(cache: CacheKind, guarded: boolean): Promise<Report> {
  const example = await startExample({ guarded, accounts: ACCOUNTS });
  const proxy = await startCache(cache, 'careless', example.port);
  const users = usersNamed(
    ACCOUNTS.map(({ username }) => username),
    passwordOf,
  ).map((user) => ({ ...user, marks: [`User ${user.name}`, `${user.name}@example.com`] }));
  try {
    const options = { users, whoami: '/account', routes: ['/account', '/diary/2026-11-25'], patience: 2_100 };
    return await hammered(`http://127.0.0.1:${proxy.port}`, { ...options, requests: 200, direct: false });
  } finally {
    await proxy.stop();
    await example.close();
  }
}

export function hammerSuite(cache: CacheKind): void {
  const { cookies, honoursVary } = cache.careless;
  const sessionsIn = ({ findings }: Report) =>
    findings.filter(({ mechanism, certainty }) => mechanism === 'M12' && certainty === 'proved').length;

  it(
    `finds ${cookies ? 'sessions' : 'pages'} of others with express-session`,
    async () => {
      const report = await reportOf(cache, false);
      expect([report.verdict, sessionsIn(report) > 0]).toEqual(['swapped', cookies]);
      if (!cookies) expect(report.findings.map(({ mechanism }) => mechanism)).toContain('M11');
    },
    TIMEOUT,
  );

  it(
    `finds ${honoursVary ? 'nothing' : 'pages of others'}, and no session, with swapproof`,
    async () => {
      const report = await reportOf(cache, true);
      expect([report.verdict, sessionsIn(report)]).toEqual([honoursVary ? 'clean' : 'swapped', 0]);
    },
    TIMEOUT,
  );
}
