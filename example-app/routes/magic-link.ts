/**
 * Logging in by a link in a mail. A scanner's GET meets a page with a button and spends nothing; the browser that asked
 * for the link is logged in by that button; any other one is told first whose link it is.
 */
import { type Request, Router } from 'express';
import { LoginLinks } from '../links.js';
import { linkPage, problemPage } from '../pages/pages.js';
import { fields, type User } from '../users.js';
import { KEEP } from './login.js';
import type { Parts } from './parts.js';

/** Sends a link to its user. */
export type LinkMail = (user: User, link: string) => void;

export function magicLinkRoutes(
  { sessions, users, frame }: Parts,
  { origin, mail }: { origin: string; mail: LinkMail },
) {
  const router = Router();
  const links = new LoginLinks();

  router.post('/login/link/send', async (req, res) => {
    const user = users.findByEmail(fields(req.body, 'email').email ?? '');
    const { state } = sessions.beginLogin(req, res, { returnTo: sessions.returnTo(req, '/account') });
    if (user !== null) {
      mail(user, `${origin}/login/link?${new URLSearchParams({ token: links.make(user.id), state })}`);
    }
    // The same for everybody: it tells nobody who has an account.
    sessions.flash(
      req,
      'info',
      'If that address has an account, a link is on its way. Here, it is printed where the server runs.',
    );
    res.redirect(303, '/login');
  });

  router.all('/login/link', sessions.viaPost(), async (req, res) => {
    const token = String(req.query.token ?? '');
    const user = users.find(links.look(token) ?? '');
    if (user === null) {
      const message = 'This link was used already, or is older than ten minutes. Ask for a new one.';
      return res.status(400).send(problemPage({ ...(await frame(req)), title: 'That link is spent', message }));
    }
    const attempt = sessions.loginAttempt(req);
    if (attempt === null && !isConfirmed(req)) return res.send(linkPage({ ...(await frame(req)), owner: user }));
    // The promise of a link: it opens once.
    if (links.spend(token) !== user.id) return res.redirect(303, '/login');
    await sessions.of(req).start(user.id, {}, { keep: KEEP });
    sessions.flash(req, 'info', `Welcome, ${user.name}.`);
    res.redirect(303, attempt?.returnTo ?? '/account');
  });

  return router;
}

function isConfirmed({ body }: Request): boolean {
  return fields(body, 'confirmed').confirmed === 'yes';
}
