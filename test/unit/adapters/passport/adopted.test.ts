/** Whoever Passport had logged in with express-session stays who they are, and their ids keep their type. */
import express from 'express';
import session, { MemoryStore } from 'express-session';
import { Passport } from 'passport';
import request from 'supertest';
import { expressSession } from 'swapproof';
import { startPassport, userOf } from './passport-app.js';

const SECRET = 'an old secret';
const ADA = { id: 42, name: 'Ada' };

interface Old {
  readonly passport?: { readonly user: number };
}

/** The cookie that the old app leaves with Ada. */
async function oldCookie(store: MemoryStore): Promise<string> {
  const passport = new Passport();
  passport.serializeUser((_user, done) => done(null, ADA.id));
  const app = express();
  app.use(session({ secret: SECRET, store, resave: false, saveUninitialized: false }));
  app.post('/login', passport.initialize(), (req, res) => req.logIn(ADA, () => res.end()));
  const { headers } = await request(app).post('/login');
  return String(headers['set-cookie']).split(';', 1)[0] ?? '';
}

it('is found by an old cookie, and by the new one that replaces it', async () => {
  const store = new MemoryStore();
  const cookie = await oldCookie(store);
  const adopt = expressSession({
    secret: SECRET,
    store,
    subject: ({ passport }: Old) => (passport === undefined ? null : String(passport.user)),
    data: ({ passport }: Old) => ({ passport }),
  });
  const app = await startPassport({ users: [ADA], options: { adopt } });
  const ada = app.browser();
  ada.jar.store(`${cookie}; Path=/`);
  expect(await userOf(ada)).toEqual(ADA);
  expect((await ada.post('/me')).body).toContain('"subject":"42"');
  expect(ada.held.session).not.toBe('');
  expect(ada.jar.get('connect.sid')).toBeUndefined();
  expect(await userOf(ada)).toEqual(ADA);
  expect(app.asked).toEqual([42, 42, 42]);
});
