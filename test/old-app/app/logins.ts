/** Three ways in, two ways out: password, OAuth by GET, a magic link by GET; logout by POST and, as it once was, by GET. */
import { randomUUID } from 'node:crypto';
import { Strategy as LocalStrategy } from 'passport-local';
import OAuth2Strategy from 'passport-oauth2';
import { form, page } from './page.js';
import { findPerson, type Person } from './people.js';
import type { Express, NextFunction, Parts, Request, Response } from './types.js';

const THIRTY_DAYS = 30 * 24 * 60 * 60 * 1000;

export function addLogins(app: Express, parts: Parts): void {
  addStrategies(parts);
  addPasswordLogin(app, parts);
  addExternalLogin(app, parts);
  addMagicLinks(app, parts);
  app.post('/logout', logOut);
  app.get('/logout', logOut);
}

function addStrategies({ passport, providerPort }: Parts): void {
  passport.serializeUser((user, done) => done(null, (user as Person).id));
  passport.deserializeUser((id: string, done) => done(null, findPerson('id', id) ?? false));
  passport.use(
    new LocalStrategy((name, password, done) => {
      const person = findPerson('name', name);
      done(null, person?.password === password ? person : false);
    }),
  );
  const provider = `http://127.0.0.1:${providerPort}`;
  passport.use(
    new OAuth2Strategy(
      {
        authorizationURL: `${provider}/authorize`,
        tokenURL: `${provider}/token`,
        clientID: 'old-app',
        clientSecret: 'old-secret',
        callbackURL: '/auth/example/callback',
        pkce: true,
        state: true,
      },
      (accessToken: string, _refresh: string, _profile: unknown, done: (error: null, user: Person | false) => void) =>
        done(null, findPerson('name', accessToken) ?? false),
    ),
  );
}

function addPasswordLogin(app: Express, { passport }: Parts): void {
  app.get('/login', (req, res) => {
    res.set('Cache-Control', 'no-cache');
    res.send(page(req, form(res, '/login', '<input name="username"><input name="password" type="password">')));
  });
  const failing = { failureRedirect: '/login', failureFlash: 'Wrong name or password.', keepSessionInfo: true };
  app.post('/login', passport.authenticate('local', failing), (req, res) => {
    if (req.body.remember) req.session.cookie.maxAge = THIRTY_DAYS;
    welcome(req, res);
  });
}

function addExternalLogin(app: Express, { passport }: Parts): void {
  app.get('/auth/example', passport.authenticate('oauth2'));
  const failing = { failureRedirect: '/login', failureFlash: 'Example ID said no.', keepSessionInfo: true };
  app.get('/auth/example/callback', passport.authenticate('oauth2', failing), welcome);
}

function addMagicLinks(app: Express, { outbox }: Parts): void {
  const open = new Map<string, Person>();
  app.post('/magic', (req, res) => {
    const person = findPerson('mail', String(req.body.mail));
    if (person) {
      const token = randomUUID();
      open.set(token, person);
      outbox.push(`/magic/${token}`);
    }
    req.flash('info', 'We have sent you a link.');
    res.redirect('/login');
  });
  app.get('/magic/:token', (req, res, next) => {
    const person = open.get(req.params.token);
    open.delete(req.params.token);
    if (!person) {
      req.flash('error', 'This link was used already.');
      res.redirect('/login');
      return;
    }
    req.logIn(person, (error) => (error ? next(error) : welcome(req, res)));
  });
}

function welcome(req: Request, res: Response): void {
  const target = req.session.returnTo ?? '/account';
  delete req.session.returnTo;
  req.flash('info', 'Welcome back.');
  res.redirect(target);
}

function logOut(req: Request, res: Response, next: NextFunction): void {
  req.logout((error) => {
    if (error) next(error);
    else res.redirect('/');
  });
}
