import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Mercari: "not to be kept" is not "not to be shared", and who asks at the same moment gets the same. */
function make(cacheControl: string) {
  const app = loginApp({ cacheControl });
  app.get('/account', requireUser, (req, res) => {
    res.set('Expires', 'Thu, 01 Jan 1970 00:00:00 GMT').send(`Account of ${userOf(req)}`);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M11',
  name: 'no-cache instead of private, no-store',
  vulnerable: () => make('no-cache'),
  fixed: () => make('private, no-store'),
};
