/** The ordinary app that the suite is tried on: express-session, a login form, an account page. */
import express, { type Express } from 'express';
import session from 'express-session';

declare module 'express-session' {
  interface SessionData {
    user: string;
  }
}

export interface SmallApp {
  /** What the account page answers; default the user's name. */
  readonly account?: express.RequestHandler;
}

export function smallApp({
  account = (req, res) => void res.send(`account of ${req.session.user}`),
}: SmallApp = {}): Express {
  const app = express();
  app.use(session({ secret: 'not a secret', resave: false, saveUninitialized: false }));
  app.use(express.urlencoded({ extended: false }), express.json());
  app.get('/login', (_req, res) => {
    res.send(
      '<form method="post"><input type="hidden" name="csrf" value="c"><input name="who"><input type="password" name="pw"></form>',
    );
  });
  app.post('/login', (req, res, next) => {
    if (!req.body.who || !req.body.pw || req.body.csrf !== 'c') return void res.sendStatus(401);
    req.session.regenerate((error) => {
      if (error) return next(error);
      req.session.user = req.body.who;
      res.redirect(303, '/');
    });
  });
  app.get(
    '/whoami',
    (req, res) => void res.status(req.session.user ? 200 : 401).json({ user: req.session.user ?? null }),
  );
  app.get('/account', account);
  app.post('/logout', (req, res) => req.session.destroy(() => res.redirect(303, '/')));
  return app;
}
