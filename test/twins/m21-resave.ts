import session, { type SessionData } from 'express-session';
import { loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

/** A store that knows what has been destroyed. */
class RememberingStore extends session.MemoryStore {
  readonly #over = new Set<string>();

  override destroy(id: string, done?: (error?: unknown) => void): void {
    this.#over.add(id);
    super.destroy(id, done);
  }

  override set(id: string, data: SessionData, done?: (error?: unknown) => void): void {
    if (this.#over.has(id)) return void setImmediate(() => done?.());
    super.set(id, data, done);
  }
}

/** express-session #632: the default saves every session at the end of every request, also of those that are over. */
function make(remembers: boolean) {
  const store = remembers ? new RememberingStore() : new session.MemoryStore();
  const app = loginApp({ session: { store, resave: true } });
  app.get('/report', requireUser, async (req, res) => {
    await pause();
    res.json({ of: userOf(req), rows: [] });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M21',
  name: 'a slow report saves the session of who has logged out',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/report'] },
};
