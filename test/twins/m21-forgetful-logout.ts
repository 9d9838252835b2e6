import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** The cookie goes, the session stays. */
function make(destroys: boolean) {
  const app = loginApp();
  app.get('/account', requireUser, (req, res) => void res.json({ owner: userOf(req) }));
  app.post('/sign-out', (req, res, next) => {
    const bye = () => res.clearCookie('connect.sid').redirect(303, '/login');
    if (!destroys) return bye();
    return req.session.destroy((error) => (error ? next(error) : bye()));
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M21',
  name: 'a logout that clears the cookie alone',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { logout: 'POST /sign-out' },
};
