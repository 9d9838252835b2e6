import { randomBytes } from 'node:crypto';
import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Two logins within a millisecond get one session. */
function make(genid: () => string) {
  const app = loginApp({ session: { genid } });
  app.get('/account', requireUser, (req, res) => void res.json({ owner: userOf(req) }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M22',
  name: 'session ids from the clock',
  vulnerable: () => make(() => Date.now().toString(36)),
  fixed: () => make(() => randomBytes(24).toString('hex')),
};
