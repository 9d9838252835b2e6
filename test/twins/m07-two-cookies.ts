import { createHash } from 'node:crypto';
import { type Handler, loginApp, userOf } from './login-app.js';
import type { Twin } from './twin.js';

const COOKIE = /(?:^|;\s*)connect\.sid=([^;]*)/g;

/** Ory, December 2022: with two session cookies the key is that of nobody, and the answer is kept for strangers. */
function make(strict: boolean) {
  const answers = new Map<string, unknown>();
  const app = loginApp();
  const cached: Handler = (req, res) => {
    const cookies = [...String(req.headers.cookie ?? '').matchAll(COOKIE)].map(([, value = '']) => value);
    if (strict && cookies.length > 1) return res.status(400).json({ error: 'two session cookies' });
    const [only] = cookies.length === 1 ? cookies : [];
    const key = createHash('sha256').update(`${only}`).digest('hex');
    const kept = answers.get(key);
    if (kept !== undefined) return res.json(kept);
    const answer = { user: userOf(req) ?? null };
    answers.set(key, answer);
    return res.json(answer);
  };
  app.get('/sessions/whoami', cached);
  return app;
}

export const twin: Twin = {
  mechanism: 'M7',
  name: 'two session cookies make the key of nobody',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/sessions/whoami'] },
};
