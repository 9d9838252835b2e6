import express from 'express';
import session from 'express-session';
import { Passport } from 'passport';
import { Strategy } from 'passport-local';
import { FORM } from './login-app.js';
import type { Twin } from './twin.js';

interface User {
  readonly id: string;
}

/** Passport as its manual has it, and `resave` as its examples had it for years. */
function make(resave: boolean) {
  const passport = new Passport();
  passport.use(new Strategy((id, _password, done) => done(null, { id })));
  passport.serializeUser((user, done) => done(null, (user as User).id));
  passport.deserializeUser((id, done) => done(null, { id: String(id) }));
  const app = express();
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    next();
  });
  app.use(
    express.urlencoded({ extended: false }),
    session({ secret: 'of the twins', resave, saveUninitialized: false }),
  );
  app.use(passport.initialize(), passport.session());
  const idOf = (req: express.Request) => (req.user as User | undefined)?.id ?? null;
  app.get('/login', (_req, res) => void res.send(FORM));
  app.post('/login', passport.authenticate('local', { successRedirect: '/account', failureRedirect: '/login' }));
  app.get('/whoami', (req, res) => void res.json({ user: idOf(req) }));
  app.get('/account', (req, res) => void res.json({ owner: idOf(req) }));
  app.post('/logout', (req, res, next) => req.logout((error) => (error ? next(error) : res.redirect(303, '/login'))));
  return app;
}

export const twin: Twin = {
  mechanism: 'M21',
  name: 'Passport on sessions that are always saved',
  vulnerable: () => make(true),
  fixed: () => make(false),
};
