import apicache from 'apicache';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** apicache #9 and #191: the key is the URL. Behind requireUser, which does not help: the second user is logged in too. */
function make(appendUser: boolean) {
  const cache = apicache.newInstance({
    headers: { 'cache-control': 'private, no-store' }, // it would say max-age to everybody
    ...(appendUser && { appendKey: (req: unknown) => userOf(req as never) ?? 'nobody' }),
  });
  const app = loginApp();
  // Its timers hold the process: longer ones would keep the tests from ending.
  app.get('/account', requireUser, cache.middleware('2 seconds') as Handler, (req, res) => {
    res.json({ owner: userOf(req), plan: 'basic' });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M6',
  name: 'apicache in front of an account',
  vulnerable: () => make(false),
  fixed: () => make(true),
};
