import { randomBytes } from 'node:crypto';
import cookieParser from 'cookie-parser';
import express, { type Request } from 'express';
import { FORM } from './login-app.js';
import type { Twin } from './twin.js';

/** Sessions by hand, numbered as they come. */
function make(newId: (count: number) => string) {
  const sessions = new Map<string, string>();
  let logins = 0;
  const userOf = (req: Request) => sessions.get(String(req.cookies.sid)) ?? null;
  const app = express();
  app.use(express.urlencoded({ extended: false }), cookieParser(), (_req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    next();
  });
  app.get('/login', (_req, res) => void res.send(FORM));
  app.post('/login', (req, res) => {
    const id = newId(++logins);
    sessions.set(id, String(req.body.username));
    res.cookie('sid', id, { httpOnly: true }).redirect(303, '/whoami');
  });
  app.get('/whoami', (req, res) => void res.json({ user: userOf(req) }));
  app.get('/account', (req, res) => void res.json({ owner: userOf(req) }));
  app.post('/logout', (req, res) => {
    sessions.delete(String(req.cookies.sid));
    res.clearCookie('sid').sendStatus(204);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M22',
  name: 'session ids that count',
  vulnerable: () => make((count) => `s-${1000 + count}`),
  fixed: () => make(() => randomBytes(24).toString('base64url')),
};
