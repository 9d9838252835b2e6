import cookieSession from 'cookie-session';
import express from 'express';
import { FORM, type Handler } from './login-app.js';
import type { Twin, TwinApp } from './twin.js';

/** Two services with the keys of one configuration file: a cookie of the one opens the other. */
function service(key: string): TwinApp {
  const held = (req: Parameters<Handler>[0]) => req.session as unknown as { user?: string };
  const app = express();
  app.use(express.urlencoded({ extended: false }), cookieSession({ name: 'session', keys: [key] }));
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    next();
  });
  app.get('/login', (_req, res) => void res.send(FORM));
  app.post('/login', (req, res) => {
    held(req).user = String(req.body.username);
    res.redirect(303, '/whoami');
  });
  app.get('/whoami', (req, res) => void res.json({ user: held(req).user ?? null }));
  app.get('/account', (req, res) => void res.json({ owner: held(req).user ?? null }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M24',
  name: 'two services with the same keys',
  vulnerable: () => service('of both'),
  fixed: () => service('of the one'),
  suite: { also: [service('of both')] },
};
