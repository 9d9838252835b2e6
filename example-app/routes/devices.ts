/** Where a user is logged in, and how to end it there. */
import { Router } from 'express';
import { devicesPage } from '../pages/pages.js';
import { fields } from '../users.js';
import type { Parts } from './parts.js';

export function deviceRoutes({ sessions, loggedIn, me, frame }: Parts): Router {
  const router = Router();

  router.get('/devices', loggedIn, async (req, res) => {
    const user = await me(req);
    const devices = [];
    for await (const { id, current, userAgent, createdAt } of sessions.list(user.id)) {
      devices.push({ id, current, userAgent, since: new Date(createdAt) });
    }
    res.send(devicesPage({ ...(await frame(req)), user, devices }));
  });

  router.post('/devices/end', loggedIn, async (req, res) => {
    const { session } = fields(req.body, 'session');
    // `of`: whoever sends another user's session id ends nothing.
    if (session !== null) await sessions.revoke.session(session, { of: (await me(req)).id });
    res.redirect(303, '/devices');
  });

  router.post('/devices/end-others', loggedIn, async (req, res) => {
    await sessions.revoke.subject((await me(req)).id, { except: sessions.of(req).id });
    sessions.flash(req, 'info', 'You are logged out everywhere else.');
    res.redirect(303, '/devices');
  });

  return router;
}
