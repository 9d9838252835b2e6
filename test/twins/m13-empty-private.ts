import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** undici CVE-2026-13697: `private=""` names the fields that are private, which are none. */
function make(cacheControl: string) {
  const app = loginApp({ cacheControl });
  app.get('/account', requireUser, (req, res) => void res.json({ owner: userOf(req) }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M13',
  name: 'private="" in Cache-Control',
  vulnerable: () => make('private="", max-age=60'),
  fixed: () => make('private, no-store'),
};
