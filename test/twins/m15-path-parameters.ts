import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Path parameters are cut off in front of the routes, as servers of another language do. */
function make(cuts: boolean) {
  const cut: Handler = (req, _res, next) => {
    if (cuts) req.url = req.url.replace(/;[^?]*/, '');
    next();
  };
  const app = loginApp({ before: [cut] });
  app.get('/account', requireUser, (req, res) => void res.send(`Account of ${userOf(req)}`));
  return app;
}

export const twin: Twin = {
  mechanism: 'M15',
  name: 'path parameters that are cut off',
  vulnerable: () => make(true),
  fixed: () => make(false),
};
