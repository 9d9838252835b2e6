/** The app of app-before.ts, moved to the kit. three-lines.test.ts counts what is different. */
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import OAuth2Strategy from 'passport-oauth2';
import { memory, swapproof } from 'swapproof';
import { passportSessions, stateStore } from 'swapproof/passport';
import { SECRETS } from '../../../helpers/tokens.js';
import type { Account, AppParts, BuiltApp } from './app-parts.js';

export function buildApp({ express, users, provider }: AppParts): BuiltApp {
  const sessions = swapproof({ secrets: [SECRETS[0]], store: memory(), log: false });
  const passport = new Passport();
  passport.use(new LocalStrategy((username, password, done) => users.check(username, password, done)));
  passport.use(
    new OAuth2Strategy(
      { ...provider, store: stateStore(sessions), pkce: true },
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
  app.use(sessions);
  app.use(express.urlencoded({ extended: false }));
  app.use(passportSessions(passport, sessions));

  app.get('/', (req, res) => {
    res.send(req.isAuthenticated() ? `Hello ${(req.user as Account).name}` : 'Hello');
  });
  app.get('/login', (req, res) => {
    res.send(req.flash('error').join());
  });
  const local = passport.authenticate('local', { successRedirect: '/', failureRedirect: '/login', failureFlash: true });
  app.post('/login', local);
  app.all('/login/example', sessions.viaPost({ auto: true }), passport.authenticate('oauth2'));
  const oauth = passport.authenticate('oauth2', { successRedirect: '/', failureRedirect: '/login' });
  app.all('/login/example/callback', sessions.viaPost({ auto: true }), oauth);
  app.post('/logout', (req, res, next) => {
    req.logout((error) => (error ? next(error) : res.redirect('/')));
  });
  return { app, close: () => sessions.close() };
}
