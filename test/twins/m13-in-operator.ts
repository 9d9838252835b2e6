import { type Handler, loginApp } from './login-app.js';
import type { Twin } from './twin.js';

/** Flask CVE-2026-27205: who looks into the session gets a private response, but not every way to look was counted. */
function make(everyWay: boolean) {
  const watch: Handler = (req, res, next) => {
    let touched = false;
    const touch = <T>(value: T): T => {
      touched = true;
      return value;
    };
    res.locals.session = new Proxy(req.session, {
      get: (target, name) => (name === 'user' ? touch(Reflect.get(target, name)) : Reflect.get(target, name)),
      ...(everyWay && {
        has: (target, name) => touch(Reflect.has(target, name)),
        ownKeys: (target) => touch(Reflect.ownKeys(target)),
        getOwnPropertyDescriptor: (target, name) => touch(Reflect.getOwnPropertyDescriptor(target, name)),
      }),
    });
    const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => typeof res;
    res.writeHead = (...args: unknown[]) => {
      res.set('Cache-Control', touched ? 'private, no-store' : 'public, max-age=60');
      if (touched) res.vary('Cookie');
      return writeHead(...args);
    };
    next();
  };
  const app = loginApp();
  app.get('/account', watch as never, (_req, res) => {
    if (!('user' in res.locals.session)) return void res.status(401).json({ error: 'log in' });
    const user = Object.getOwnPropertyDescriptor(res.locals.session, 'user')?.value;
    res.json({ owner: user });
  });
  app.get('/settings', watch as never, (_req, res) => void res.json({ of: res.locals.session.user ?? null }));
  return app;
}

export const twin: Twin = {
  mechanism: 'M13',
  name: 'a way to read the session that sets no Vary',
  vulnerable: () => make(false),
  fixed: () => make(true),
  suite: { routes: ['/account', '/settings'] },
};
