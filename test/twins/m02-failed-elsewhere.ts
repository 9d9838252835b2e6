import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

interface Context {
  user?: string | undefined;
  given: boolean;
}

/** A pool for all routes: what one of them gives back twice, when it fails, two requests for another one share. */
function make(once: boolean) {
  const free: Context[] = [];
  const release = (context: Context) => {
    if (once && context.given) return;
    context.given = true;
    context.user = undefined;
    free.push(context);
  };
  const contexts: Handler = (_req, res, next) => {
    const context = Object.assign(free.pop() ?? {}, { given: false });
    res.locals.context = context;
    res.on('finish', () => release(context));
    next();
  };
  const app = loginApp({ middleware: [contexts] });
  app.get('/account', requireUser, async (req, res) => {
    const context = res.locals.context as Context;
    context.user = userOf(req);
    await pause();
    res.json({ owner: context.user });
  });
  app.get('/statements/latest', requireUser, (_req, res) => {
    release(res.locals.context as Context);
    res.status(404).json({ error: 'no such year' });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M2',
  name: 'a pooled context that another route releases twice when it fails',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/account', '/statements/latest'] },
};
