/** Apps without a mistake, in which hammer must find nothing however long it asks: what changes in them is not a swap. */
import express from 'express';
import type { Report } from '../../lib/evidence/report.js';
import { cacheSim } from '../../lib/testing/cache-sim/cache-sim.js';
import { madeAccounts, passwordOf, startExample } from '../helpers/example.js';
import { type HammeredOptions, hammered, NAMES, usersNamed } from '../helpers/hammered.js';
import { loginApp, requireUser, userOf } from '../twins/login-app.js';

export interface SoakWorld {
  readonly name: string;
  /** Of the whole soak. */
  readonly requests: number;
  run(options: HammeredOptions): Promise<Report>;
}

export const SOAK_WORLDS: readonly SoakWorld[] = [
  { name: 'express-session behind a cache by the book', requests: 10_000, run: behindGoodCache },
  { name: 'the example app', requests: 100_000, run: exampleApp },
];

/** Pages with times and tokens, messages that are shown once, sessions that are renewed and regenerated, logouts. */
function livelyApp() {
  const outer = express().get('/style.css', (_req, res) => {
    res.type('css').set('Cache-Control', 'public, max-age=60').send('body { color: black }');
  });
  let count = 0;
  const app = loginApp({ session: { rolling: true } });
  app.get('/account', requireUser as never, (req, res) => {
    const token = `<input type="hidden" name="csrf" value="${++count}-${Math.random().toString(36).slice(2)}">`;
    const message = count % 10 === 0 ? `<p>Welcome back, ${userOf(req)}.</p>` : '';
    const page = `<link rel="stylesheet" href="/style.css">${message}<h1>Hello ${userOf(req)}</h1>${token}`;
    res.set('Cache-Control', 'private, no-store').send(`${page}<time>${new Date().toISOString()}</time>`);
  });
  app.post('/settings', requireUser as never, (req, res, next) => {
    const user = userOf(req);
    req.session.regenerate((error) => {
      if (error) return next(error);
      Object.assign(req.session, { user });
      res.redirect(303, '/account');
    });
  });
  app.get('/people', requireUser as never, (req, res) => {
    res.set('Cache-Control', 'no-store').json({ me: userOf(req), people: NAMES });
  });
  return outer.use(app);
}

async function behindGoodCache(options: HammeredOptions): Promise<Report> {
  const cache = await cacheSim('rfc9111').listen(livelyApp());
  try {
    return await hammered(cache.url, { routes: ['/account', '/people', '/style.css', 'POST /settings'], ...options });
  } finally {
    await cache.close();
  }
}

async function exampleApp(options: HammeredOptions): Promise<Report> {
  const accounts = madeAccounts(8);
  const example = await startExample({ guarded: true, accounts });
  const users = usersNamed(
    accounts.map(({ username }) => username),
    passwordOf,
  );
  try {
    const routes = ['/', '/account', '/diary/2026-11-25', '/shop', '/devices'];
    return await hammered(example.origin, { users, routes, whoami: '/account', ...options });
  } finally {
    await example.close();
  }
}
