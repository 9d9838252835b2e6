/** What most twins begin with: express-session, a login form that takes everybody, whoami, logout. */
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import session from 'express-session';

export type { NextFunction, Request, Response };

/** A handler that may be async; Express 5 passes on what it throws. */
export type Handler = (req: Request, res: Response, next: NextFunction) => unknown;

interface Owned {
  user?: string;
}

export const FORM =
  '<form method="post" action="/login"><input name="username"><input name="password" type="password"></form>';

/** Who is logged in. */
export function userOf(req: Request): string | undefined {
  return (req.session as unknown as Owned).user;
}

export interface LoginAppOptions {
  readonly session?: Partial<session.SessionOptions>;
  /** Mounted in front of the session. */
  readonly before?: readonly Handler[];
  /** Mounted after the session, in front of all routes. */
  readonly middleware?: readonly Handler[];
  /** What every response says that no route says otherwise of; null: nothing. Default 'private, no-store'. */
  readonly cacheControl?: string | null;
}

export function loginApp(options: LoginAppOptions = {}): Express {
  const { session: settings, before = [], middleware = [], cacheControl = 'private, no-store' } = options;
  const app = express();
  app.set('env', 'test'); // or Express prints what goes wrong
  app.use((_req, res, next) => {
    if (cacheControl !== null) res.set('Cache-Control', cacheControl);
    next();
  });
  for (const handler of before) app.use(handler as RequestHandler);
  app.use(express.urlencoded({ extended: false }));
  app.use(session({ secret: 'of the twins', resave: false, saveUninitialized: false, ...settings }));
  for (const handler of middleware) app.use(handler as RequestHandler);
  app.get('/login', (_req, res) => void res.send(FORM));
  app.post('/login', (req, res, next) => {
    req.session.regenerate((error) => {
      if (error) return next(error);
      (req.session as unknown as Owned).user = String(req.body.username);
      res.redirect(303, '/whoami');
    });
  });
  app.get('/whoami', (req, res) => void res.json({ user: userOf(req) ?? null }));
  app.post('/logout', (req, res, next) => {
    req.session.destroy((error) => (error ? next(error) : res.sendStatus(204)));
  });
  return app;
}

/** For routes of the logged in. */
export const requireUser: Handler = (req, res, next) => (userOf(req) ? next() : res.sendStatus(401));
