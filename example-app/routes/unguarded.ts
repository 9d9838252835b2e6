/**
 * The diary with express-session, as it is written today: a new id at login, a cookie that every response renews so
 * that nobody is logged out while reading. Nothing here is a mistake by the book. Behind a careless cache it is enough
 * to give people each other's sessions.
 */
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import session, { MemoryStore, type SessionData } from 'express-session';
import { type Cart, withOneMore } from '../cart.js';
import { accountPage, devicesPage, diaryPage, homePage, loginPage, shopPage } from '../pages/pages.js';
import { fields, type User, type Users } from '../users.js';
import { isDay, today } from './days.js';

declare module 'express-session' {
  interface SessionData {
    userId: string;
    userAgent: string;
    since: number;
    basket: Cart;
  }
}

const WAYS = { remember: false, link: false, exampleId: false };
const IDLE = 24 * 60 * 60 * 1000;

export function unguardedRoutes(secret: string, users: Users): Router {
  const router = Router();
  // express-session warns of this store where NODE_ENV is production. This half of the example is never meant for it.
  const store = new MemoryStore();
  router.use(
    session({ secret, store, resave: false, saveUninitialized: false, rolling: true, cookie: { maxAge: IDLE } }),
  );
  router.use(express.urlencoded({ extended: false }));

  router.get('/', (_req, res) => {
    res.send(homePage());
  });

  router.get('/login', (req, res) => {
    res.send(loginPage({ ways: WAYS, returnTo: localPath(req.query.return_to), failed: false }));
  });

  router.post('/login', async (req, res, next) => {
    const returnTo = localPath(fields(req.body, 'return_to').return_to);
    const user = await users.check(req.body);
    if (user === null) return res.status(401).send(loginPage({ ways: WAYS, returnTo, failed: true }));
    const { basket = {} } = req.session;
    req.session.regenerate((error) => {
      if (error) return next(error);
      const userAgent = req.get('user-agent') ?? '';
      Object.assign(req.session, { userId: user.id, userAgent, since: Date.now(), basket });
      res.redirect(303, returnTo);
    });
  });

  router.post('/logout', (req, res, next) => {
    req.session.destroy((error) => (error ? next(error) : res.redirect(303, '/')));
  });

  router.get('/account', loggedIn, (req, res) => {
    res.send(accountPage({ user: me(req), today: today(), tokens: false }));
  });

  router.get('/diary/:day', loggedIn, (req, res, next) => {
    const { day } = req.params;
    if (!isDay(day)) return next();
    const user = me(req);
    res.send(diaryPage({ user, day, text: users.readDiary(user.id, day) }));
  });

  router.post('/diary/:day', loggedIn, (req, res, next) => {
    const { day } = req.params;
    if (!isDay(day)) return next();
    users.writeDiary(me(req).id, day, req.body);
    res.redirect(303, `/diary/${day}`);
  });

  router.get('/shop', (req, res) => {
    const user = req.session.userId === undefined ? null : me(req);
    res.send(shopPage({ user, cart: req.session.basket ?? {} }));
  });

  router.post('/shop/add', (req, res) => {
    req.session.basket = withOneMore(req.session.basket ?? {}, fields(req.body, 'item').item);
    res.redirect(303, '/shop');
  });

  router.post('/shop/empty', (req, res) => {
    req.session.basket = {};
    res.redirect(303, '/shop');
  });

  router.get('/devices', loggedIn, async (req, res) => {
    const user = me(req);
    const devices = (await sessionsOf(user.id)).map(([id, { userAgent = '', since = 0 }]) => {
      return { id, current: id === req.sessionID, userAgent, since: new Date(since) };
    });
    res.send(devicesPage({ user, devices }));
  });

  router.post('/devices/end', loggedIn, async (req, res) => {
    const wanted = fields(req.body, 'session').session;
    for (const [id] of await sessionsOf(me(req).id)) if (id === wanted) store.destroy(id);
    res.redirect(303, '/devices');
  });

  router.post('/devices/end-others', loggedIn, async (req, res) => {
    for (const [id] of await sessionsOf(me(req).id)) if (id !== req.sessionID) store.destroy(id);
    res.redirect(303, '/devices');
  });

  function loggedIn(req: Request, res: Response, next: NextFunction): void {
    if (req.session.userId !== undefined) next();
    else res.redirect(303, `/login?return_to=${encodeURIComponent(req.originalUrl)}`);
  }

  /** Who is logged in, behind `loggedIn`. */
  function me(req: Request): User {
    const user = users.find(req.session.userId ?? '');
    if (user === null) throw new Error('A session outlived its user.');
    return user;
  }

  function sessionsOf(userId: string): Promise<[string, SessionData][]> {
    return new Promise((resolve, reject) => {
      store.all((error, all) => {
        if (error) return reject(error);
        resolve(Object.entries(all ?? {}).filter(([, { userId: owner }]) => owner === userId));
      });
    });
  }

  return router;
}

function localPath(wanted: unknown): string {
  return typeof wanted === 'string' && /^\/(?![/\\])[^\\\s]*$/.test(wanted) ? wanted : '/account';
}
