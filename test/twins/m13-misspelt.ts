import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** A semicolon where a comma belongs: one directive that nobody knows. */
function make(cacheControl: string) {
  const app = loginApp({ cacheControl });
  app.get('/account', requireUser, (req, res) => void res.send(`Account of ${userOf(req)}`));
  return app;
}

export const twin: Twin = {
  mechanism: 'M13',
  name: 'private; no-store',
  vulnerable: () => make('private; no-store'),
  fixed: () => make('private, no-store'),
};
