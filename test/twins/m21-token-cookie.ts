import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import cookieParser from 'cookie-parser';
import express, { type Request } from 'express';
import { FORM } from './login-app.js';
import type { Twin } from './twin.js';

interface Claims {
  readonly sub: string;
  readonly jti: string;
}

const sign = (text: string) => createHmac('sha256', 'of the twins').update(text).digest('base64url');

function issue(sub: string): string {
  const payload = [{ alg: 'HS256' }, { sub, jti: randomUUID() }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${payload}.${sign(payload)}`;
}

function read(token: string): Claims | null {
  const [head, body = '', signature = ''] = token.split('.');
  const expected = sign(`${head}.${body}`);
  if (expected.length !== signature.length || !timingSafeEqual(Buffer.from(expected), Buffer.from(signature)))
    return null;
  return JSON.parse(Buffer.from(body, 'base64url').toString());
}

/** A JWT in a cookie: logging out takes it from the browser, and from nobody who has a copy. */
function make(revoked: Set<string> | null) {
  const claimsOf = (req: Request): Claims | null => {
    const claims = read(String(req.cookies.token ?? ''));
    return claims !== null && revoked?.has(claims.jti) ? null : claims;
  };
  const app = express();
  app.use(express.urlencoded({ extended: false }), cookieParser(), (_req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    next();
  });
  app.get('/login', (_req, res) => void res.send(FORM));
  app.post('/login', (req, res) => {
    const before = claimsOf(req);
    if (before !== null) revoked?.add(before.jti);
    res.cookie('token', issue(req.body.username), { httpOnly: true, sameSite: 'lax' }).redirect(303, '/whoami');
  });
  app.get('/whoami', (req, res) => void res.json({ user: claimsOf(req)?.sub ?? null }));
  app.get('/account', (req, res) => void res.json({ owner: claimsOf(req)?.sub ?? null }));
  app.post('/logout', (req, res) => {
    const claims = claimsOf(req);
    if (claims !== null) revoked?.add(claims.jti);
    res.clearCookie('token').sendStatus(204);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M21',
  name: 'a JWT in a cookie that logout only forgets',
  vulnerable: () => make(null),
  fixed: () => make(new Set()),
};
