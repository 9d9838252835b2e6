import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

const VERSION = '7';

/** The ETag is the version of the page, not of what it says of its user: 304 hands the kept page to whoever asks. */
function make(ofTheUser: boolean) {
  const app = loginApp();
  app.get('/account', requireUser, (req, res) => {
    if (!ofTheUser) res.set('Cache-Control', 'private, no-cache');
    res.set('ETag', ofTheUser ? `"${VERSION}-${userOf(req)}"` : `"${VERSION}"`);
    res.send(`Account of ${userOf(req)}`);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M13',
  name: 'an ETag that does not depend on the user',
  vulnerable: () => make(false),
  fixed: () => make(true),
};
