import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

/** "The current user", kept where every handler can reach it without passing it on. */
function vulnerable() {
  let currentUser: string | undefined;
  const remember: Handler = (req, _res, next) => {
    currentUser = userOf(req);
    next();
  };
  const app = loginApp({ middleware: [remember] });
  app.get('/account', requireUser, async (_req, res) => {
    await pause();
    res.send(`<h1>Hello ${currentUser}</h1>`);
  });
  return app;
}

function fixed() {
  const remember: Handler = (req, res, next) => {
    res.locals.user = userOf(req);
    next();
  };
  const app = loginApp({ middleware: [remember] });
  app.get('/account', requireUser, async (_req, res) => {
    await pause();
    res.send(`<h1>Hello ${res.locals.user}</h1>`);
  });
  return app;
}

export const twin: Twin = { mechanism: 'M1', name: 'the current user in a module variable', vulnerable, fixed };
