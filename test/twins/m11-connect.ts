import connect from 'connect';
import express from 'express';
import session from 'express-session';
import { FORM, type Handler, userOf } from './login-app.js';
import type { Twin, TwinApp } from './twin.js';

type Req = Parameters<Handler>[0];

/** Connect, where `use('/me', ...)` answers everything below as well, so that only the exact path may be taken. */
function make(cacheControl: string | null): TwinApp {
  const app = connect();
  app.use((_req, res, next) => {
    if (cacheControl !== null) res.setHeader('Cache-Control', cacheControl);
    next();
  });
  app.use(express.urlencoded({ extended: false }) as never);
  app.use(session({ secret: 'of the twins', resave: false, saveUninitialized: false }) as never);
  app.use('/login', (req, res, next) => {
    const { session: before, body } = req as unknown as Req;
    if (req.method !== 'POST') return void res.end(FORM);
    before.regenerate((error) => {
      if (error) return next(error);
      Object.assign((req as unknown as Req).session, { user: String(body.username) });
      res.writeHead(303, { Location: '/me' }).end();
    });
  });
  app.use('/me', (req, res, next) => {
    if (req.url !== '/') return next();
    res.setHeader('Content-Type', 'application/json');
    res.end(JSON.stringify({ user: userOf(req as unknown as Req) ?? null }));
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M11',
  name: 'a Connect app without Cache-Control',
  vulnerable: () => make(null),
  fixed: () => make('private, no-store'),
  suite: { whoami: '/me', routes: ['/me'] },
};
