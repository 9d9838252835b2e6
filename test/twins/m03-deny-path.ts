import { type Handler, loginApp, userOf } from './login-app.js';
import type { Twin } from './twin.js';

/** Spring gRPC CVE-2026-40968 in Express: the identity is bound, and the early return of a refusal does not unbind it. */
class SecurityContext {
  #user: string | undefined;

  get user(): string | undefined {
    return this.#user;
  }

  enter(user: string): void {
    this.#user = user;
  }

  leave(): void {
    this.#user = undefined;
  }
}

function make(inFinally: boolean) {
  const context = new SecurityContext();
  const app = loginApp();
  const greet = () => ({ hello: context.user ?? 'stranger' });
  const bound =
    (handler: Handler): Handler =>
    (req, res, next) => {
      const user = userOf(req);
      if (user) context.enter(user);
      try {
        return handler(req, res, next);
      } finally {
        if (inFinally) context.leave();
      }
    };
  app.get(
    '/hello',
    bound((_req, res) => {
      res.json(greet());
      context.leave();
    }),
  );
  app.get(
    '/admin',
    bound((_req, res) => {
      if (context.user !== 'root') return res.sendStatus(403);
      res.json({ admin: context.user });
      return context.leave();
    }),
  );
  return app;
}

export const twin: Twin = {
  mechanism: 'M3',
  name: 'a security context that a refusal leaves bound',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/hello', '/admin'] },
};
