import { loginApp, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** The proxy in front of the intranet says who it is. So can everybody else. */
function make(believes: boolean) {
  const app = loginApp();
  app.get('/account', (req, res) => {
    const user = userOf(req) ?? (believes ? req.get('X-Forwarded-User') : undefined);
    if (user === undefined) return void res.sendStatus(401);
    res.json({ owner: user });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M24',
  name: 'a user named by a header',
  vulnerable: () => make(true),
  fixed: () => make(false),
};
