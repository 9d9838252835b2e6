import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** A client-side router wants every path below /account answered, and gets /account/x.css as well. */
function make(path: string) {
  const app = loginApp();
  app.get(path, requireUser, (req, res) => void res.send(`<!doctype html><p>Account of ${userOf(req)}`));
  return app;
}

export const twin: Twin = {
  mechanism: 'M15',
  name: 'everything below /account is the account',
  vulnerable: () => make('/account{/*splat}'),
  fixed: () => make('/account'),
};
