/** express-session's stores call back: gateStore() makes each of their answers a place where a logout can come in. */
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type RequestHandler } from 'express';
import session, { MemoryStore } from 'express-session';
import { gateStore, type InterleaveTarget, interleave } from 'swapproof/testing';
import { as, textOf } from './support.js';

declare module 'express-session' {
  interface SessionData {
    seen?: number;
  }
}

/** Logs in by itself, so that each run has a session of its own. */
function shop(routes: Readonly<Record<string, RequestHandler>>) {
  const store = new MemoryStore();
  const app = express();
  app.use(session({ secret: 'secret', store: gateStore(store), resave: false, saveUninitialized: false }));
  app.post('/login', (req, res) => {
    req.session.user = 'ada';
    res.end();
  });
  app.post('/logout', (req, res) => req.session.destroy(() => res.end()));
  app.get('/me', (req, res) => void res.end(req.session.user ?? 'nobody'));
  for (const [path, route] of Object.entries(routes)) app.get(path, route);
  return app;
}

let cookie = '';
const before = async ({ url }: InterleaveTarget) => {
  const answer = await fetch(`${url}/login`, { method: 'POST' });
  cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
};
const withCookie =
  (path: string, method = 'GET') =>
  (target: InterleaveTarget) =>
    as('', { path, method, headers: { cookie } })(target);
const loggedOut = async ({ url }: InterleaveTarget) => {
  const user = await withCookie('/me')({ url });
  return user === 'nobody' ? null : `${user} is logged in after the logout`;
};

it('finds that a slow request undoes a logout, at exactly two places', async () => {
  const app = shop({
    '/slow': async (req, res) => {
      await sleep(1); // waits
      req.session.seen = 1;
      res.end();
    },
  });
  const { findings, stops, ok } = await interleave({
    app,
    before,
    a: withCookie('/slow'),
    b: withCookie('/logout', 'POST'),
    check: loggedOut,
    pipelining: false,
  });
  expect(ok).toBe(false);
  expect(stops.map(({ kind }) => kind)).toEqual(['store', 'await', 'store']);
  expect(findings.map(({ stop }) => stop)).toEqual([stops[0], stops[1]]);
  expect(stops[0]?.where).toMatch(/node_modules\/express-session\/index\.js:\d+:\d+$/);
  expect(textOf(stops[1] ?? null)).toContain('// waits');
});

it('has nothing to say of a request that only reads', async () => {
  const app = shop({
    '/slow': async (req, res) => {
      await sleep(1);
      res.end(req.session.user);
    },
  });
  const { findings, stops, uncontrolled } = await interleave({
    app,
    before,
    a: withCookie('/slow'),
    b: withCookie('/logout', 'POST'),
    check: loggedOut,
  });
  expect({ findings, uncontrolled }).toEqual({ findings: [], uncontrolled: [] });
  expect(stops.map(({ kind, reached }) => `${kind} ${reached}`)).toEqual(['store true', 'await true', 'store true']);
});
