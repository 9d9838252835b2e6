/** Logging in by name and password, and out. */
import { Router } from 'express';
import { type LoginWays, loginPage } from '../pages/pages.js';
import { fields } from '../users.js';
import type { Parts } from './parts.js';

/** What a login takes along from before it. */
export const KEEP = ['cart'];

export function loginRoutes({ sessions, users, frame }: Parts, ways: Pick<LoginWays, 'exampleId'>): Router {
  const router = Router();
  const shown = { remember: true, link: true, ...ways };

  router.get('/login', async (req, res) => {
    const returnTo = sessions.returnTo(req, '/account');
    res.send(loginPage({ ...(await frame(req)), ways: shown, returnTo, failed: false }));
  });

  router.post('/login', async (req, res) => {
    const returnTo = sessions.returnTo(req, '/account');
    const user = await users.check(req.body);
    if (user === null) {
      return res.status(401).send(loginPage({ ...(await frame(req)), ways: shown, returnTo, failed: true }));
    }
    const remember = fields(req.body, 'remember').remember !== null;
    await sessions.of(req).start(user.id, {}, { remember, keep: KEEP });
    sessions.flash(req, 'info', `Welcome back, ${user.name}.`);
    res.redirect(303, returnTo);
  });

  router.post('/logout', async (req, res) => {
    await sessions.of(req).destroy();
    res.redirect(303, '/');
  });

  return router;
}
