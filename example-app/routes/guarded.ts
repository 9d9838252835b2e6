/** The diary behind swapproof. Beside it, unguarded.ts: the same routes as they are written today. */
import express, { type Request, Router } from 'express';
import { accountPage, devicesPage, diaryPage, homePage, loginPage } from '../pages/pages.js';
import { fields, type User, type Users } from '../users.js';
import { isDay, today } from './days.js';
import type { Sessions } from './sessions.js';

export function guardedRoutes(sessions: Sessions, users: Users): Router {
  const router = Router();
  const loggedIn = sessions.requireSession({ loginPath: '/login' });
  router.use(sessions);
  router.use(express.urlencoded({ extended: false }));

  router.get('/', (_req, res) => {
    sessions.markPublic(res);
    res.set('Cache-Control', 'public, max-age=60').send(homePage());
  });

  router.get('/login', (req, res) => {
    res.send(loginPage({ returnTo: sessions.returnTo(req, '/account'), failed: false }));
  });

  router.post('/login', async (req, res) => {
    const returnTo = sessions.returnTo(req, '/account');
    const user = await users.check(req.body);
    if (user === null) return res.status(401).send(loginPage({ returnTo, failed: true }));
    await sessions.of(req).start(user.id);
    res.redirect(303, returnTo);
  });

  router.post('/logout', async (req, res) => {
    await sessions.of(req).destroy();
    res.redirect(303, '/');
  });

  router.get('/account', loggedIn, async (req, res) => {
    res.send(accountPage({ user: await me(req), today: today() }));
  });

  router.get('/diary/:day', loggedIn, async (req, res, next) => {
    const { day } = req.params;
    if (!isDay(day)) return next();
    const user = await me(req);
    res.send(diaryPage({ user, day, text: users.readDiary(user.id, day) }));
  });

  router.post('/diary/:day', loggedIn, async (req, res, next) => {
    const { day } = req.params;
    if (!isDay(day)) return next();
    users.writeDiary((await me(req)).id, day, req.body);
    res.redirect(303, `/diary/${day}`);
  });

  router.get('/devices', loggedIn, async (req, res) => {
    const user = await me(req);
    const devices = [];
    for await (const { id, current, userAgent, createdAt } of sessions.list(user.id)) {
      devices.push({ id, current, userAgent, since: new Date(createdAt) });
    }
    res.send(devicesPage({ user, devices }));
  });

  router.post('/devices/end', loggedIn, async (req, res) => {
    const { session } = fields(req.body, 'session');
    // `of`: whoever sends another user's session id ends nothing.
    if (session !== null) await sessions.revoke.session(session, { of: (await me(req)).id });
    res.redirect(303, '/devices');
  });

  router.post('/devices/end-others', loggedIn, async (req, res) => {
    await sessions.revoke.subject((await me(req)).id, { except: sessions.of(req).id });
    res.redirect(303, '/devices');
  });

  /** Who is logged in, behind `loggedIn`. */
  async function me(req: Request): Promise<User> {
    const user = await sessions.of(req).identity();
    if (user === null) throw new Error('A session outlived its user: end sessions where users are deleted.');
    return user;
  }

  return router;
}
