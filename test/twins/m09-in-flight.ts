import { loginApp, requireUser, userOf } from './login-app.js';
import { accountOf } from './pause.js';
import type { Twin } from './twin.js';

/** Calls that run are shared, by the URL alone. */
function make(userInKey: boolean) {
  const inFlight = new Map<string, ReturnType<typeof accountOf>>();
  const once = (key: string, load: () => ReturnType<typeof accountOf>) => {
    const running = inFlight.get(key);
    if (running) return running;
    const started = load().finally(() => inFlight.delete(key));
    inFlight.set(key, started);
    return started;
  };
  const app = loginApp();
  app.get('/account', requireUser, async (req, res) => {
    const user = userOf(req) as string;
    const key = userInKey ? JSON.stringify([user, req.originalUrl]) : req.originalUrl;
    res.json(await once(key, () => accountOf(user)));
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M9',
  name: 'calls in flight shared by their URL',
  vulnerable: () => make(false),
  fixed: () => make(true),
};
