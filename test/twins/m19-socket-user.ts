import type { Socket } from 'node:net';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** "A connection is one browser": who it is, is looked up once for each. Behind a proxy a connection is everybody's. */
function vulnerable() {
  const users = new WeakMap<Socket, string | undefined>();
  const identify: Handler = (req, res, next) => {
    const user = users.get(req.socket) ?? userOf(req);
    users.set(req.socket, user);
    res.locals.user = user;
    next();
  };
  const app = loginApp({ middleware: [identify] });
  app.get('/account', requireUser, (_req, res) => void res.json({ owner: res.locals.user }));
  return app;
}

function fixed() {
  const app = loginApp();
  app.get('/account', requireUser, (req, res) => void res.json({ owner: userOf(req) }));
  return app;
}

export const twin: Twin = { mechanism: 'M19', name: 'the user remembered by the connection', vulnerable, fixed };
