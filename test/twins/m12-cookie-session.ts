import cookieSession from 'cookie-session';
import express from 'express';
import { FORM, type Handler } from './login-app.js';
import type { Twin } from './twin.js';

interface Held {
  user?: string;
  nowInMinutes?: number;
}

/** The lines of cookie-session's README that lengthen the session, on every page. */
function make(onPosts: boolean) {
  const app = express();
  const sessionOf = (req: Parameters<Handler>[0]) => req.session as unknown as Held;
  app.use(express.urlencoded({ extended: false }), cookieSession({ name: 'session', keys: ['of the twins'] }));
  app.use((req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    if (!onPosts || req.method === 'POST') sessionOf(req).nowInMinutes = performance.now();
    next();
  });
  app.get('/login', (_req, res) => void res.send(FORM));
  app.post('/login', (req, res) => {
    sessionOf(req).user = String(req.body.username);
    res.redirect(303, '/whoami');
  });
  app.get('/whoami', (req, res) => void res.json({ user: sessionOf(req).user ?? null }));
  app.get('/news', (_req, res) => void res.set('Cache-Control', 'public, max-age=60').send('Nothing new.'));
  return app;
}

export const twin: Twin = {
  mechanism: 'M12',
  name: 'cookie-session that lengthens itself',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/news'] },
};
