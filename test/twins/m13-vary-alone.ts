import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Hono CVE-2026-44457: `Vary: Cookie` is all that keeps the users apart, and there are caches that do not look at it. */
function make(cacheControl: string) {
  const app = loginApp();
  app.get('/account', requireUser, (req, res) => {
    res.set({ 'Cache-Control': cacheControl, Vary: 'Cookie' }).json({ owner: userOf(req) });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M13',
  name: 'Vary: Cookie alone',
  vulnerable: () => make('public, max-age=60'),
  fixed: () => make('private, no-store'),
};
