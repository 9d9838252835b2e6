import { AsyncLocalStorage } from 'node:async_hooks';
import cookieSession from 'cookie-session';
import express, { type NextFunction, type Request, type Response } from 'express';
import { FORM } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

type Enter = (user: string | undefined, next: NextFunction) => void;

const current = new AsyncLocalStorage<string | undefined>();

interface Cookie {
  session: { readonly user?: string } | null;
}

const cookieOf = (req: Request) => req as unknown as Cookie;
const userOf = (req: Request) => cookieOf(req).session?.user;

/** The session is read without waiting, so that `enterWith()` enters the context of the connection itself. */
function make(enter: Enter) {
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.use(cookieSession({ keys: ['of the twins'] }));
  app.use((req: Request, res: Response, next: NextFunction) => {
    res.set('Cache-Control', 'private, no-store');
    enter(userOf(req), next);
  });
  app.get('/login', (_req, res) => void res.send(FORM));
  app.post('/login', (req, res) => {
    cookieOf(req).session = { user: String(req.body.username) };
    res.redirect(303, '/whoami');
  });
  app.get('/whoami', (req, res) => void res.json({ user: userOf(req) ?? null }));
  app.get('/hello', async (_req, res) => {
    await pause();
    res.send(`Hello ${current.getStore() ?? 'stranger'}`);
  });
  return app;
}

/** On Node 20 and 22 what was entered is still in force for the next request on the connection. */
const vulnerable: Enter = (user, next) => {
  if (user) current.enterWith(user);
  next();
};

const fixed: Enter = (user, next) => current.run(user, next);

export const twin: Twin = {
  mechanism: 'M3',
  name: 'enterWith() in a middleware',
  vulnerable: () => make(vulnerable),
  fixed: () => make(fixed),
  suite: { routes: ['/hello'] },
};
