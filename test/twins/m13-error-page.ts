import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Each page says that it is private; the page for what is missing, made elsewhere, greets its user and says nothing. */
function make(everywhere: boolean) {
  const app = loginApp({ cacheControl: everywhere ? 'private, no-store' : null });
  const priv: Handler = (_req, res, next) => {
    res.set('Cache-Control', 'private, no-store');
    next();
  };
  app.get('/account', priv as never, requireUser, (req, res) => void res.send(`Account of ${userOf(req)}`));
  app.use((req, res) => void res.status(404).send(`Sorry, ${userOf(req) ?? 'stranger'}, there is no such page.`));
  return app;
}

export const twin: Twin = {
  mechanism: 'M13',
  name: 'a 404 with the name of the user',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: {
    whoami: async (person: { get(path: string): Promise<{ answer: { body: Buffer } | null }> }) =>
      (await person.get('/account')).answer?.body.toString(),
  },
};
