/** Logging in at Example ID: out and back, both times through a page that posts, so that no cookie rides on a GET. */
import { Router } from 'express';
import { problemPage } from '../pages/pages.js';
import type { ExampleIdClient } from '../provider/client.js';
import { KEEP } from './login.js';
import type { Parts } from './parts.js';

export const CALLBACK = '/login/example-id/callback';

export interface ExampleIdRoutes {
  readonly origin: string;
  readonly exampleId: ExampleIdClient;
}

export function exampleIdRoutes({ sessions, users, frame }: Parts, { origin, exampleId }: ExampleIdRoutes): Router {
  const router = Router();

  router.all('/login/example-id', sessions.viaPost({ auto: true }), (req, res) => {
    const attempt = sessions.beginLogin(req, res, { returnTo: sessions.returnTo(req, '/account') });
    res.redirect(303, exampleId.url(attempt));
  });

  router.all(CALLBACK, sessions.viaPost({ auto: true }), async (req, res) => {
    const attempt = sessions.loginAttempt(req);
    const person = attempt && (await exampleId.whoIs(new URL(req.originalUrl, origin), attempt).catch(() => null));
    const user = person && users.findByEmail(person.email);
    if (!attempt || !user) {
      const message = 'This login was not begun here, took too long, or was already used. Begin it again.';
      return res.status(400).send(problemPage({ ...(await frame(req)), title: 'That did not work', message }));
    }
    await sessions.of(req).start(user.id, {}, { keep: KEEP });
    sessions.flash(req, 'info', `Welcome, ${user.name}. Example ID says hello.`);
    res.redirect(303, attempt.returnTo);
  });

  return router;
}
