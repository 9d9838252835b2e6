import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

const shell = (state: unknown) =>
  `<!doctype html><title>Shop</title><div id="app"></div><script>window.__STATE__ = ${JSON.stringify(state)}</script>`;

/** The page is the same for everybody, but for the user whose data the server wrote into it to save a request. */
function make(embedded: boolean) {
  const app = loginApp();
  app.get('/shop', (req, res) => {
    res.set('Cache-Control', 'public, max-age=300');
    res.send(shell(embedded ? { me: userOf(req) ?? null } : {}));
  });
  app.get('/me', requireUser, (req, res) => void res.json({ me: userOf(req) }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M14',
  name: 'the user inside a page for everybody',
  vulnerable: () => make(true),
  fixed: () => make(false),
  suite: { routes: ['/shop', '/me'] },
};
