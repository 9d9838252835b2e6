/** An app that a failure of the suite's making leaves without connections: the suite goes on to the next case, and says so. */
import { runSwapSuite } from '../../../../lib/testing/index.js';
import { smallApp } from './small-app.js';

jest.setTimeout(60_000);

/** Two connections; one that was lent to a request that failed never comes back. */
function leakyPool() {
  const waiting: (() => void)[] = [];
  let free = 2;
  const query = () => new Promise((resolve) => setTimeout(resolve, 1));
  return smallApp({
    account: async (req, res) => {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      await query();
      const next = waiting.shift();
      if (next) next();
      else free++;
      res.send(`account of ${req.session.user}`);
    },
  });
}

it.each(['M8', 'M3'] as const)('is left alone in the search for %s', async (mechanism) => {
  const routes = ['/account', '/account?page=2', '/account?page=3', '/account?page=4'];
  const options = { app: leakyPool, login: '/login', whoami: '/whoami', routes, mechanisms: [mechanism] };
  const report = await runSwapSuite(options);
  expect(report).toMatchObject({ verdict: 'clean', findings: [] });
  expect(report.notCovered.map(({ why }) => why)).toContainEqual(expect.stringContaining('did not answer any more'));
});
