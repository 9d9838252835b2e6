import express from 'express';
import session from 'express-session';
import { FORM, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface Held {
  user?: string;
  draft?: string;
}

/** passport CVE-2022-25896: the user is written into whatever session there is, with what the one before has left in it. */
function make(regenerates: boolean) {
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.use(session({ secret: 'of the twins', resave: false, saveUninitialized: true }));
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    next();
  });
  app.get('/login', (_req, res) => void res.send(FORM));
  app.post('/login', (req, res, next) => {
    const enter = (error?: unknown) => {
      if (error) return next(error);
      (req.session as unknown as Held).user = String(req.body.username);
      return res.redirect(303, '/whoami');
    };
    if (regenerates) req.session.regenerate(enter);
    else enter();
  });
  app.get('/whoami', (req, res) => void res.json({ user: userOf(req) ?? null }));
  app.get('/account', requireUser, (req, res) => void res.json({ owner: userOf(req) }));
  app.post('/logout', (req, res, next) => req.session.destroy((error) => (error ? next(error) : res.sendStatus(204))));
  return app;
}

export const twin: Twin = {
  mechanism: 'M22',
  name: 'a login that keeps the session id',
  vulnerable: () => make(false),
  fixed: () => make(true),
};
