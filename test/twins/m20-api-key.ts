import { randomBytes } from 'node:crypto';
import { loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

interface Key {
  readonly id: string;
  readonly owner: string;
  readonly secret: string;
  readonly listedAt?: number;
}

/** The list notes when it was last looked at, in the rows as it shows them. */
function make(redactsLast: boolean) {
  const keys = new Map<string, Key>();
  const redacted = (key: Key): Key => ({ ...key, secret: '[redacted]' });
  const app = loginApp();
  app.post('/keys', requireUser, (req, res) => {
    const key = { id: `key_${keys.size + 1}`, owner: userOf(req) as string, secret: randomBytes(20).toString('hex') };
    keys.set(key.id, key);
    res.status(201).json({ id: key.id, key: key.secret });
  });
  app.get('/keys', requireUser, (req, res) => {
    const own = [...keys.values()].filter(({ owner }) => owner === userOf(req));
    const rows = own.map((key) => ({ ...(redactsLast ? key : redacted(key)), listedAt: Date.now() }));
    for (const row of rows) keys.set(row.id, row);
    res.json(rows.map(redacted));
  });
  app.get('/v1/profile', (req, res) => {
    const key = [...keys.values()].find(({ secret }) => secret === req.get('X-Api-Key'));
    if (key === undefined) return void res.sendStatus(401);
    res.json({ owner: key.owner });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M20',
  name: 'API keys that a list redacts in the store',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['POST /keys', '/keys', '/v1/profile'] },
};
