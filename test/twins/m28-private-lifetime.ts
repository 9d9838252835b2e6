import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Private means: the browser may keep it. Whoever uses the browser next is shown it for ten minutes. */
function make(cacheControl: string) {
  const app = loginApp();
  app.get('/account', requireUser, (req, res) => {
    res.set('Cache-Control', cacheControl).send(`<!doctype html><p>Account of ${userOf(req)}`);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M28',
  name: 'private pages with a lifetime, and a logout that clears nothing',
  vulnerable: () => make('private, max-age=600'),
  fixed: () => make('private, no-store'),
};
