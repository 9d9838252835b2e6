import type { Session } from 'express-session';
import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

interface Notes {
  user?: string;
  notes?: string[];
}

const write = async (owned: Notes, text: string) => {
  await pause(); // a check of the text by another service
  owned.notes = [...(owned.notes ?? []), `${owned.user}: ${text}`];
};

/** express-session #917: `sess = req.session` without a declaration, and one user's insert lands in the profile of another. */
function vulnerable() {
  let sess: Session & Notes;
  const remember: Handler = (req, _res, next) => {
    sess = req.session as Session & Notes;
    next();
  };
  const app = loginApp({ middleware: [remember] });
  app.get('/notes', requireUser, async (_req, res) => {
    await pause();
    res.json({ of: sess.user, notes: sess.notes ?? [] });
  });
  app.post('/notes', requireUser, async (_req, res) => {
    await write(sess, 'milk');
    res.status(201).json({ of: sess.user });
  });
  return app;
}

function fixed() {
  const app = loginApp();
  app.get('/notes', requireUser, async (req, res) => {
    const sess = req.session as Session & Notes;
    await pause();
    res.json({ of: userOf(req), notes: sess.notes ?? [] });
  });
  app.post('/notes', requireUser, async (req, res) => {
    const sess = req.session as Session & Notes;
    await write(sess, 'milk');
    res.status(201).json({ of: sess.user });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M1',
  name: 'sess = req.session at module level',
  vulnerable,
  fixed,
  suite: { routes: ['/notes', 'POST /notes'] },
};
