import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

const SCRIPT = `
const saved = localStorage.getItem('profile');
if (saved) document.getElementById('name').textContent = JSON.parse(saved).owner;
else fetch('/me').then((response) => response.json()).then((profile) => {
  localStorage.setItem('profile', JSON.stringify(profile));
  document.getElementById('name').textContent = profile.owner;
});`;

/** The profile is kept in the browser to save a request, and a logout does not reach it. */
function make(clears: boolean) {
  const app = loginApp({
    before: [
      (req, res, next) => {
        if (clears && req.path === '/logout') res.set('Clear-Site-Data', '"cache", "storage"');
        next();
      },
    ],
  });
  app.get(
    '/profile.js',
    (_req, res) => void res.type('text/javascript').set('Cache-Control', 'public, max-age=60').send(SCRIPT),
  );
  app.get('/home', requireUser, (_req, res) => {
    res.send('<!doctype html><b id="name"></b><script src="/profile.js"></script>');
  });
  app.get('/me', requireUser, (req, res) => void res.json({ owner: userOf(req) }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M28',
  name: 'a profile in localStorage that logout leaves there',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/home', '/me'] },
};
