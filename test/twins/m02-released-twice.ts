import { type Handler, loginApp, requireUser, userOf } from './login-app.js';
import { pause } from './pause.js';
import type { Twin } from './twin.js';

interface Context {
  user: string | undefined;
  released: boolean;
}

/** Objects of requests, used again to spare the garbage collector. */
class ContextPool {
  readonly #free: Context[] = [];
  readonly #idempotent: boolean;

  constructor(idempotent: boolean) {
    this.#idempotent = idempotent;
  }

  take(user: string | undefined): Context {
    return Object.assign(this.#free.pop() ?? {}, { user, released: false });
  }

  release(context: Context): void {
    if (this.#idempotent && context.released) return;
    context.released = true;
    context.user = undefined;
    this.#free.push(context);
  }
}

/** Released by the error handler and again when the response closes, so that the next two requests share one. */
function make(idempotent: boolean) {
  const pool = new ContextPool(idempotent);
  const contexts: Handler = (req, res, next) => {
    const context = pool.take(userOf(req));
    res.locals.context = context;
    res.on('close', () => pool.release(context));
    next();
  };
  const app = loginApp({ middleware: [contexts] });
  app.get('/account', requireUser, async (req, res) => {
    const context = res.locals.context as Context;
    try {
      await pause();
      const page = Number(req.query.page ?? 1);
      if (!Number.isInteger(page)) throw new RangeError('page must be a number');
      res.json({ owner: context.user, page });
    } catch (error) {
      pool.release(context);
      res.status(400).json({ error: (error as Error).message });
    }
  });
  return app;
}

export const twin: Twin = {
  mechanism: 'M2',
  name: 'a pooled context that an error releases twice',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/account?page=1'] },
};
