/** A token for clients without cookies: shown once, sent in a header. */
import { Router } from 'express';
import { tokenPage } from '../pages/pages.js';
import type { Parts } from './parts.js';

export function tokenRoutes({ sessions, loggedIn, me, frame }: Parts, { origin }: { origin: string }): Router {
  const router = Router();

  router.get('/token', loggedIn, async (req, res) => {
    res.send(tokenPage({ ...(await frame(req)), user: await me(req), issued: null }));
  });

  router.post('/token', loggedIn, async (req, res) => {
    const user = await me(req);
    const { token, expiresAt } = await sessions.of(req).issueToken(user.id);
    const command = `curl -H 'Authorization: Bearer ${token}' ${origin}/sessions/whoami`;
    res.send(tokenPage({ ...(await frame(req)), user, issued: { command, until: new Date(expiresAt) } }));
  });

  return router;
}
