import { loginApp, requireUser, userOf } from './login-app.js';
import { accountOf } from './pause.js';
import type { Twin } from './twin.js';

/** The service of profiles is down, so the page shows the last profile that came. */
function make(forgiving: boolean) {
  let last: Awaited<ReturnType<typeof accountOf>> | undefined;
  const app = loginApp();
  app.get('/account', requireUser, async (req, res) => {
    try {
      const account = await accountOf(userOf(req) as string);
      last = account;
      res.json(account);
    } catch (error) {
      if (!forgiving || last === undefined) res.status(503).json({ error: (error as Error).message });
      else res.json(last);
    }
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M8',
  name: 'the last good profile when the service fails',
  vulnerable: () => make(true),
  fixed: () => make(false),
};
