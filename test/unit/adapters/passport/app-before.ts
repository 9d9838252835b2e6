/** A Passport app as people write it, on express-session and connect-flash. app-after.ts is the same app on the kit. */
import flash from 'connect-flash';
import session from 'express-session';
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import OAuth2Strategy from 'passport-oauth2';
import type { Account, AppParts, BuiltApp } from './app-parts.js';

export function buildApp({ express, users, provider }: AppParts): BuiltApp {
  const passport = new Passport();
  passport.use(new LocalStrategy((username, password, done) => users.check(username, password, done)));
  passport.use(
    new OAuth2Strategy(
      { ...provider, state: true, pkce: true },
      (
        _access: string,
        _refresh: string,
        params: { user: string },
        _profile: unknown,
        done: OAuth2Strategy.VerifyCallback,
      ) => users.byName(params.user, done),
    ),
  );
  passport.serializeUser((user, done) => done(null, (user as Account).id));
  passport.deserializeUser((id: number, done) => users.find(id, done));

  const app = express();
  app.use(session({ secret: 'an old secret', resave: false, saveUninitialized: false }));
  app.use(express.urlencoded({ extended: false }));
  app.use(flash());
  app.use(passport.initialize());
  app.use(passport.session());

  app.get('/', (req, res) => {
    res.send(req.isAuthenticated() ? `Hello ${(req.user as Account).name}` : 'Hello');
  });
  app.get('/login', (req, res) => {
    res.send(req.flash('error').join());
  });
  const local = passport.authenticate('local', { successRedirect: '/', failureRedirect: '/login', failureFlash: true });
  app.post('/login', local);
  app.get('/login/example', passport.authenticate('oauth2'));
  const oauth = passport.authenticate('oauth2', { successRedirect: '/', failureRedirect: '/login' });
  app.get('/login/example/callback', oauth);
  app.post('/logout', (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.redirect('/')));
  });
  return { app, close: async () => {} };
}
