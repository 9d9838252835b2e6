import express from 'express';
import session from 'express-session';
import { FORM, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface User {
  readonly name: string;
  readonly password: string;
  readonly visits: number;
}

/** Whoever has looked at the own profile can not log in any more. */
function make(columnAlone: boolean) {
  const users = new Map<string, User>();
  const shown = (name: string): User => ({ ...(users.get(name) as User), password: '' });
  const app = express();
  app.use(express.urlencoded({ extended: false }));
  app.use(session({ secret: 'of the twins', resave: false, saveUninitialized: false }));
  app.use((_req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    next();
  });
  app.get('/login', (_req, res) => void res.send(FORM));
  app.post('/login', (req, res, next) => {
    const { username: name, password } = req.body as { username: string; password: string };
    const user = users.get(name) ?? { name, password, visits: 0 }; // who is new signs up
    if (user.password !== password) return void res.sendStatus(401);
    users.set(name, user);
    req.session.regenerate((error) => {
      if (error) return next(error);
      Object.assign(req.session, { user: name });
      return res.redirect(303, '/whoami');
    });
  });
  app.get('/whoami', (req, res) => void res.json({ user: userOf(req) ?? null }));
  app.get('/profile', requireUser, (req, res) => {
    const name = userOf(req) as string;
    const from = columnAlone ? (users.get(name) as User) : shown(name);
    users.set(name, { ...from, visits: from.visits + 1 });
    res.json(shown(name));
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M20',
  name: 'a password that visits blank',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/profile'] },
};
