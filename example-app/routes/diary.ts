/** A user's own pages. */
import { Router } from 'express';
import { accountPage, diaryPage } from '../pages/pages.js';
import { isDay, today } from './days.js';
import type { Parts } from './parts.js';

export function diaryRoutes({ sessions, users, loggedIn, me, frame }: Parts): Router {
  const router = Router();

  router.get('/account', loggedIn, async (req, res) => {
    res.send(accountPage({ ...(await frame(req)), user: await me(req), today: today(), tokens: true }));
  });

  router.get('/diary/:day', loggedIn, async (req, res, next) => {
    const { day } = req.params;
    if (!isDay(day)) return next();
    const user = await me(req);
    res.send(diaryPage({ ...(await frame(req)), user, day, text: users.readDiary(user.id, day) }));
  });

  router.post('/diary/:day', loggedIn, async (req, res, next) => {
    const { day } = req.params;
    if (!isDay(day)) return next();
    users.writeDiary((await me(req)).id, day, req.body);
    sessions.flash(req, 'info', 'Saved.');
    res.redirect(303, `/diary/${day}`);
  });

  return router;
}
