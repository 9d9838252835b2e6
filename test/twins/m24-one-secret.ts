import session from 'express-session';
import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin, TwinApp } from './twin.js';

/** The shop and its back office: one secret and one store, since the second was made as a copy of the first. */
const store = new session.MemoryStore();
store.setMaxListeners(0);

function shop(secret: string, cookie: string): TwinApp {
  const app = loginApp({ session: { store, secret, name: cookie } });
  app.get('/account', requireUser, (req, res) => void res.json({ owner: userOf(req) }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M24',
  name: 'two apps with one secret and one store',
  vulnerable: () => shop('of both', 'sid'),
  fixed: () => shop('of the shop', 'shop'),
  suite: { also: [shop('of both', 'sid')] },
};
