import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** A public page with a lifetime, and a session that changes on every request: express-session sends its cookie again. */
function make(seenOnPosts: boolean) {
  const remember: Handler = (req, _res, next) => {
    if (userOf(req) !== undefined && !(seenOnPosts && req.method === 'GET')) {
      (req.session as unknown as { seen: number }).seen = Date.now();
    }
    next();
  };
  const app = loginApp({ session: { cookie: { maxAge: 600_000 } }, middleware: [remember] });
  app.get('/prices', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').send('Basic: 3'));
  app.get('/account', requireUser, (req, res) => void res.send(`Account of ${userOf(req)}`));
  return app;
}

export const twin: Twin = {
  mechanism: 'M12',
  name: 'a session that changes on a public page',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/prices', '/account'] },
};
