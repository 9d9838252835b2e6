import { LRUCache } from 'lru-cache';
import { loginApp, requireUser, userOf } from './login-app.js';
import { accountOf } from './pause.js';
import type { Twin } from './twin.js';

/** `cache.fetch(path, { context })`: whoever asks first fills what all others get. */
function make(userInKey: boolean) {
  const pages = new LRUCache<string, { readonly owner: string }, { readonly user: string }>({
    max: 100,
    ttl: 60_000,
    fetchMethod: (_key, _stale, { context }) => accountOf(context.user),
  });
  const app = loginApp();
  app.get('/account', requireUser, async (req, res) => {
    const user = userOf(req) as string;
    const key = userInKey ? JSON.stringify([user, req.path]) : req.path;
    res.json(await pages.fetch(key, { context: { user } }));
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M6',
  name: 'lru-cache.fetch() keyed by the path',
  vulnerable: () => make(false),
  fixed: () => make(true),
};
