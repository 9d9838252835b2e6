import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Every visitor gets a session, and the news are for everybody: the first visitor's session goes to all who come in that minute. */
function make(saveUninitialized: boolean) {
  const app = loginApp({ session: { saveUninitialized } });
  app.get('/news', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').send('Nothing new.'));
  app.get('/account', requireUser, (req, res) => void res.send(`Account of ${userOf(req)}`));
  return app;
}

export const twin: Twin = {
  mechanism: 'M12',
  name: 'a session for each visitor of a public page',
  vulnerable: () => make(true),
  fixed: () => make(false),
  suite: { routes: ['/news', '/account'] },
};
