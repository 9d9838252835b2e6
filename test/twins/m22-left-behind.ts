import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface Held {
  user?: string;
  lastSearch?: string;
}

/** The id is new, and everything else is carried over, from whoever was logged in before. */
function make(leavesBehind: boolean) {
  const app = loginApp();
  app.post('/enter', (req, res, next) => {
    const { user: _before, cookie: _cookie, ...kept } = { ...(req.session as unknown as Held & { cookie: unknown }) };
    req.session.regenerate((error) => {
      if (error) return next(error);
      Object.assign(req.session, leavesBehind ? {} : kept, { user: String(req.body.username) });
      return res.redirect(303, '/whoami');
    });
  });
  app.get('/search', requireUser, (req, res) => {
    const held = req.session as unknown as Held;
    const before = held.lastSearch ?? 'nothing';
    held.lastSearch = `what ${userOf(req)} looks for`;
    res.json({ of: userOf(req), before });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M22',
  name: 'a login that carries over what the user before has left',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { login: '/enter', routes: ['/search'], mechanisms: ['M22'] },
};
