import { randomBytes } from 'node:crypto';
import { loginApp, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface Person {
  readonly user: { readonly username: string };
  get(path: string): Promise<{ readonly answer: { readonly headers: readonly (readonly [string, string])[] } | null }>;
}

/** The state is one that this app gave out, to somebody. The provider's page is left out: it would send the browser back with a code. */
function make(boundToSession: boolean) {
  const given = new Set<string>();
  const codes = new Map<string, string>();
  const app = loginApp();
  app.get('/auth/start', (req, res) => {
    const state = randomBytes(12).toString('base64url');
    given.add(state);
    Object.assign(req.session, { state });
    const code = randomBytes(12).toString('base64url');
    codes.set(code, String(req.query.login_hint));
    res.redirect(302, `/auth/callback?code=${code}&state=${state}`);
  });
  app.get('/auth/callback', (req, res, next) => {
    const { code, state } = req.query as Record<string, string>;
    const expected = (req.session as unknown as { state?: string }).state;
    if (boundToSession ? state !== expected : !given.has(String(state))) return void res.sendStatus(403);
    const user = codes.get(String(code));
    codes.delete(String(code));
    if (user === undefined) return void res.sendStatus(403);
    req.session.regenerate((error) => {
      if (error) return next(error);
      Object.assign(req.session, { user });
      return res.redirect(303, '/account');
    });
  });
  app.get('/account', (req, res) => void res.json({ owner: userOf(req) ?? null }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M23',
  name: 'an OAuth state that is not bound to the session',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: {
    links: async (person: Person) => {
      const { answer } = await person.get(`/auth/start?login_hint=${encodeURIComponent(person.user.username)}`);
      return answer?.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
    },
  },
};
