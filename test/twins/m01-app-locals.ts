import { type Handler, loginApp, userOf } from './login-app.js';
import type { Twin } from './twin.js';

const page = (locals: Record<string, unknown>) =>
  `<nav>${locals.user ? `Signed in as ${locals.user}` : 'Sign in'}</nav>`;

/** Set for the templates at login, where all requests share it: whoever comes without a session is shown the last who logged in. */
function vulnerable() {
  const remember: Handler = (req, _res, next) => {
    if (userOf(req)) req.app.locals.user = userOf(req);
    next();
  };
  const app = loginApp({ middleware: [remember] });
  app.get('/', (req, res) => void res.send(page(req.app.locals)));
  return app;
}

function fixed() {
  const remember: Handler = (req, res, next) => {
    if (userOf(req)) res.locals.user = userOf(req);
    next();
  };
  const app = loginApp({ middleware: [remember] });
  app.get('/', (_req, res) => void res.send(page(res.locals)));
  return app;
}

export const twin: Twin = {
  mechanism: 'M1',
  name: 'app.locals.user for the templates',
  vulnerable,
  fixed,
  suite: { routes: ['/'] },
};
