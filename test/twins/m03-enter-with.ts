import { AsyncLocalStorage } from 'node:async_hooks';
import { type Handler, loginApp, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

const greeting = (user: string | undefined) => (user ? `Hello ${user}` : 'Hello stranger');

/** `enterWith()` where somebody is logged in: on Node 20 and 22 it is still in force for the next request on the connection. */
function vulnerable() {
  const current = new AsyncLocalStorage<string | undefined>();
  const enter: Handler = (req, _res, next) => {
    const user = userOf(req);
    if (user) current.enterWith(user);
    next();
  };
  const app = loginApp({ middleware: [enter] });
  app.get('/hello', async (_req, res) => {
    await pause();
    res.send(greeting(current.getStore()));
  });
  return app;
}

function fixed() {
  const current = new AsyncLocalStorage<string | undefined>();
  const enter: Handler = (req, _res, next) => current.run(userOf(req), next);
  const app = loginApp({ middleware: [enter] });
  app.get('/hello', async (_req, res) => {
    await pause();
    res.send(greeting(current.getStore()));
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M3',
  name: 'enterWith() in a middleware',
  vulnerable,
  fixed,
  suite: { routes: ['/hello'] },
};
