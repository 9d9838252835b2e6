import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface Held {
  message?: string | undefined;
}

/** A list for everybody, kept for ten seconds, on top of which a message is shown once: to all who come in these ten seconds. */
function make(onPublicPage: boolean) {
  const app = loginApp();
  app.post('/orders', requireUser, (req, res) => {
    (req.session as unknown as Held).message = `Thank you, ${userOf(req)}.`;
    res.redirect(303, '/offers');
  });
  app.get('/offers', (req, res) => {
    const held = req.session as unknown as Held;
    const message = onPublicPage ? (held.message ?? '') : '';
    if (message !== '') held.message = undefined;
    res.set('Cache-Control', 'public, max-age=10').send(`<!doctype html><p>${message}</p><ul><li>Basic</li></ul>`);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M14',
  name: 'a message that is shown once, on a page for everybody',
  vulnerable: () => make(true),
  fixed: () => make(false),
  suite: { routes: ['POST /orders', '/offers'], mechanisms: ['M11', 'M12', 'M13', 'M14', 'M15'] },
};
