import compression from 'compression';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Express as it comes: compressed, with an ETag, and not a word about caching. */
function make(cacheControl: string | null) {
  const app = loginApp({ cacheControl, before: [compression({ threshold: 0 }) as unknown as Handler] });
  app.get('/account', requireUser, (req, res) => {
    res.send(`<!doctype html><h1>Account</h1><p>${userOf(req)}</p>`);
  });
  app.get('/orders', requireUser, (req, res) => void res.json({ of: userOf(req), orders: [] }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M11',
  name: 'pages without Cache-Control',
  vulnerable: () => make(null),
  fixed: () => make('private, no-store'),
  suite: { routes: ['/account', '/orders'] },
};
