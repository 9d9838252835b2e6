import { loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

/** The user and what is asked for, joined by a colon that may be in either. */
function make(injective: boolean) {
  const lists = new Map<string, { readonly owner: string; readonly tag: string }>();
  const app = loginApp();
  app.get('/bookmarks', requireUser, async (req, res) => {
    const user = userOf(req) as string;
    const tag = String(req.query.tag ?? '');
    const key = injective ? JSON.stringify([user, tag]) : `${user}:${tag}`;
    const kept = lists.get(key);
    if (kept) return void res.json(kept);
    await pause();
    const list = { owner: user, tag };
    lists.set(key, list);
    return void res.json(list);
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M7',
  name: 'a key joined of user and tag',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/bookmarks?tag=red'] },
};
