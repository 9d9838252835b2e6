import { loginApp, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** A page is looked up by the beginning of its name, so that `/profile;x.css` and `/profile.css` are pages as well. */
function make(exact: boolean) {
  const app = loginApp();
  app.get('/:page', (req, res) => {
    const page = String(req.params.page);
    const known = exact ? page === 'profile' : page.startsWith('profile');
    if (!known || userOf(req) === undefined) return void res.sendStatus(404);
    res.send(`Profile of ${userOf(req)}`);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M15',
  name: 'a page by the beginning of its name',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/profile'] },
};
