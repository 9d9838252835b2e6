/** A session library in front of the kit has believed cookies that nothing had checked. */
import session from 'express-session';
import passport from 'passport';
import { FRAMEWORKS, type Handler, startKit } from '../../helpers/kit-app.js';

const library = () => session({ secret: 'k'.repeat(32), resave: false, saveUninitialized: false });
const assign =
  (properties: object): Handler =>
  (req, _res, next) => {
    Object.assign(req, properties);
    next();
  };

it.each(FRAMEWORKS)(
  'express-session in front is an error that names it, on every request, on %s',
  async (framework) => {
    const app = await startKit({ framework, before: (routes) => routes.use(library()), options: { property: false } });
    for (let i = 0; i < 2; i++) {
      const answer = await app.browser().get('/me');
      expect([answer.status, answer.body]).toEqual([500, 'ERR_MOUNT_ORDER']);
    }
    expect(app.errors[0]).toMatchObject({
      name: 'ContextError',
      message: expect.stringContaining('express-session was'),
    });
  },
);

it('is found where the library came by another way in only', async () => {
  const app = await startKit({
    before: (routes) =>
      routes.use((req, res, next) => (req.url === '/me' ? library()(req as never, res as never, next) : next())),
    options: { property: false },
    routes: (routes) => routes.on('GET', '/other', (_, res) => res.end('fine')),
  });
  expect((await app.browser().get('/other')).body).toBe('fine');
  expect((await app.browser().get('/me')).body).toBe('ERR_MOUNT_ORDER');
});

it.each([
  ['cookie-session', { sessionCookies: {}, sessionOptions: {}, sessionKey: 'session' }],
  ['express-openid-connect', { oidc: {}, appSession: {} }],
  ["Passport's session", { _sessionManager: {}, session: {}, user: { id: 1 } }],
  ["Passport's session", { _passport: {}, session: {}, user: { id: 1 } }],
])('%s is named', async (name, properties) => {
  const app = await startKit({ before: (routes) => routes.use(assign(properties)), options: { property: false } });
  expect((await app.browser().get('/me')).body).toBe('ERR_MOUNT_ORDER');
  expect(app.errors[0]?.message).toContain(name);
});

it('reads nothing of what it finds: cookie-session would make a session', async () => {
  const read = jest.fn();
  const trap: Handler = (req, _res, next) => {
    for (const name of ['session', 'sessionOptions', 'sessionKey']) Object.defineProperty(req, name, { get: read });
    next();
  };
  const app = await startKit({ before: (routes) => routes.use(trap), options: { property: false } });
  expect((await app.browser().get('/me')).body).toBe('ERR_MOUNT_ORDER');
  expect(read).not.toHaveBeenCalled();
});

it('leaves alone what has looked at no session', async () => {
  const app = await startKit({
    before(routes) {
      routes.use(passport.initialize() as unknown as Handler);
      routes.use(assign({ user: { id: 1 }, sessionID: 'x', cookies: {} }));
    },
  });
  expect((await app.browser().get('/me')).status).toBe(200);
});

it('leaves alone what comes after', async () => {
  const app = await startKit({ options: { property: false }, routes: (routes) => routes.use(library()) });
  expect((await app.browser().get('/me')).status).toBe(200);
});
