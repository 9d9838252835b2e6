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

/** Not in the session: a slow request that writes there undoes a logout (M21). */
const notesOf = (all: Map<string, Notes>, user: string): Notes => {
  const notes = all.get(user) ?? { user };
  all.set(user, notes);
  return notes;
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
  const all = new Map<string, Notes>();
  const app = loginApp();
  app.get('/notes', requireUser, async (req, res) => {
    const owned = notesOf(all, userOf(req) as string);
    await pause();
    res.json({ of: owned.user, notes: owned.notes ?? [] });
  });
  app.post('/notes', requireUser, async (req, res) => {
    const owned = notesOf(all, userOf(req) as string);
    await write(owned, 'milk');
    res.status(201).json({ of: owned.user });
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
