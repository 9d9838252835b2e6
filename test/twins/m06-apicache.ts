import apicache from 'apicache';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Of a page that it has kept, apicache says max-age to everybody, whatever it was told. */
const privately: Handler = (_req, res, next) => {
  const writeHead = res.writeHead;
  const own = { 'cache-control': 'private, no-store' };
  res.writeHead = ((status: number, headers?: object) =>
    Reflect.apply(writeHead, res, [status, { ...headers, ...own }])) as typeof writeHead;
  next();
};

/** apicache #9 and #191: the key is the URL. Behind requireUser, which does not help: the second user is logged in too. */
function make(appendUser: boolean) {
  const cache = apicache.newInstance({
    ...(appendUser && { appendKey: (req: unknown) => userOf(req as never) ?? 'nobody' }),
  });
  const app = loginApp();
  // Its timers hold the process: longer ones would keep the tests from ending.
  app.get('/account', requireUser, privately, cache.middleware('2 seconds') as Handler, (req, res) => {
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
