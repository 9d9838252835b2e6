import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

/** One environment for all requests, as Unicorn had it: cleared and filled anew for each. */
interface Environment {
  user?: string | undefined;
  greeting?: string | undefined;
}

/** GitHub, March 2021: a callback that outlives its request writes into the environment that the next one has by then. */
function make(copied: boolean) {
  const free: Environment[] = [];
  const environments: Handler = (req, res, next) => {
    const environment = free.pop() ?? {};
    environment.user = userOf(req);
    environment.greeting = undefined;
    res.locals.environment = environment;
    res.on('close', () => {
      environment.user = undefined;
      free.push(environment);
    });
    next();
  };
  const app = loginApp({ middleware: [environments] });
  app.get('/account', requireUser, async (_req, res) => {
    const environment: Environment = copied ? { ...res.locals.environment } : res.locals.environment;
    const user = environment.user;
    setTimeout(() => {
      environment.greeting = `Last seen today, ${user}`; // counted when there is time
    }, 30);
    await pause();
    res.json({ owner: environment.user, greeting: environment.greeting ?? null });
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M4',
  name: 'a timer that outlives its request',
  vulnerable: () => make(false),
  fixed: () => make(true),
};
