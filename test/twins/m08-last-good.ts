import session, { type SessionData } from 'express-session';
import { loginApp, userOf } from './login-app.js';
import { accountOf } from './pause.js';
import type { Twin } from './twin.js';

type Done = (error: unknown, data?: SessionData | null) => void;

/** "The store is away for a moment, nobody needs to notice": the last session that could be read stands in. */
class ForgivingStore extends session.Store {
  readonly inner = new session.MemoryStore();
  readonly #forgiving: boolean;
  #last: SessionData | null = null;

  constructor(forgiving: boolean) {
    super();
    this.#forgiving = forgiving;
  }

  override get(id: string, done: Done): void {
    this.inner.get(id, (error, data) => {
      if (error && this.#forgiving) return done(null, this.#last);
      if (data) this.#last = data;
      return done(error, data ?? null);
    });
  }

  override set(id: string, data: SessionData, done?: (error?: unknown) => void): void {
    this.inner.set(id, data, done);
  }

  override destroy(id: string, done?: (error?: unknown) => void): void {
    this.inner.destroy(id, done);
  }
}

function make(forgiving: boolean) {
  const app = loginApp({ session: { store: new ForgivingStore(forgiving) } });
  app.get('/account', async (req, res) => {
    const user = userOf(req);
    res.json(user ? await accountOf(user) : { owner: null });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M8',
  name: 'a store that answers the last good session',
  vulnerable: () => make(true),
  fixed: () => make(false),
};
