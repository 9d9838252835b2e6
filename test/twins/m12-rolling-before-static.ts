import { resolve } from 'node:path';
import express from 'express';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

const setHeaders = (res: { setHeader(name: string, value: string): unknown }) =>
  void res.setHeader('Cache-Control', 'public, max-age=86400');
const PAGE = '<!doctype html><script src="/app.js"></script><p>';

/** Loom and Vistaserv: the session is renewed on everything, the script included that every cache keeps. */
function make(filesFirst: boolean) {
  const files = express.static(resolve('test/twins/public'), { setHeaders }) as Handler;
  const app = loginApp({
    session: { rolling: !filesFirst, cookie: { maxAge: 600_000 } },
    before: filesFirst ? [files] : [],
    middleware: filesFirst ? [] : [files],
  });
  app.get('/account', requireUser, (req, res) => void res.send(`${PAGE}${userOf(req)}`));
  return app;
}

export const twin: Twin = {
  mechanism: 'M12',
  name: 'a rolling session in front of static files',
  vulnerable: () => make(false),
  fixed: () => make(true),
};
