/** R8 through the kit: session and owner cookies leave on unsafe methods only; what renews itself has no authority. */
import { hashOf } from '../../../lib/session/ids.js';
import { memory } from '../../../lib/stores/memory.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { type App, FRAMEWORKS, type Kit, type KitApp, startKit } from '../../helpers/kit-app.js';
import { cookiesSet, type KitBrowser } from '../../helpers/kit-browser.js';
import { lastSeenWritten } from '../../helpers/last-seen-written.js';
import { SECRETS } from '../../helpers/tokens.js';

const HOUR = 3_600_000;
const SAFE = ['GET', 'HEAD', 'OPTIONS', 'QUERY', 'PROPFIND'];

type Write = (session: ReturnType<Kit['of']>) => Promise<void>;
const writes: Record<string, Write> = {
  start: (session) => session.start('alice'),
  update: (session) => session.update({ a: 1 }),
  regenerate: (session) => session.regenerate(),
  reauthenticated: (session) => session.reauthenticated('alice'),
};

describe.each(FRAMEWORKS)('%s', (framework) => {
  const path = framework === 'connect' ? '/write' : '/write/:id';

  describe.each(SAFE)('%s', (method) => {
    it.each(Object.keys(writes))('%s() throws at once, with route, line and what to do instead', async (name) => {
      let sync = '';
      const app = await startKit({
        framework,
        routes: (routes, sessions) =>
          routes.on('*', path, async (req, res) => {
            try {
              void writes[name]?.(sessions.of(req)).catch(() => undefined);
            } catch (error) {
              sync = (error as { code: string }).code;
              throw error;
            }
            res.end();
          }),
      });
      const alice = app.browser();
      await alice.login('alice');
      const answer = await alice.ask(method, framework === 'connect' ? path : '/write/7');
      expect([answer.status, sync]).toEqual([500, 'ERR_SESSION_WRITE_ON_SAFE_METHOD']);
      expect(Object.keys(cookiesSet(answer))).not.toContain(app.names.session);
      expect(Object.keys(cookiesSet(answer))).not.toContain(app.names.owner);
      const message = app.errors[0]?.message ?? '';
      expect(message).toContain(`session.${name}() in ${method} ${path}`);
      expect(message).toMatch(/identity-never-on-a-cacheable-response\.test\.ts:\d+\)/);
      expect(message).toContain(name === 'start' ? 'end in a POST' : 'Make the route a POST');
    });
  });
});

it.each(SAFE)('destroy() on %s revokes and marks the activity cookie ended, and sends no expiry', async (method) => {
  const app = await startKit({
    routes: (routes, sessions) =>
      routes.on('*', '/bye', async (req, res) => {
        await sessions.of(req).destroy();
        res.end();
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  const answer = await alice.ask(method, '/bye');
  expect(Object.keys(cookiesSet(answer))).toEqual([app.names.activity]);
  expect(cookiesSet(answer)[app.names.activity]).toMatch(/\.e\.[\w-]{43}$/);
  expect(answer.headers).not.toHaveProperty('clear-site-data');
  expect((await alice.me()).inactiveBecause).toBe('revoked');
});

it('a method-override changes nothing: neither may a GET set cookies, nor does a POST skip the check', async () => {
  const override = (name: 'method' | 'header') => ({
    before: (routes: App) =>
      routes.use((req, _res, next) => {
        const wanted = req.headers['x-http-method-override'];
        if (name === 'method' && wanted) Object.assign(req, { originalMethod: req.method, method: wanted });
        next();
      }),
  });
  for (const kind of ['method', 'header'] as const) {
    const app = await startKit(override(kind));
    const alice = app.browser();
    const answer = await alice.get('/login?as=alice', { headers: { 'x-http-method-override': 'POST' } });
    expect([answer.status === 200, answer.setCookies]).toEqual([false, []]);
    await alice.login('alice');
    const headers = { 'x-http-method-override': 'GET', 'sec-fetch-site': 'cross-site' };
    expect((await alice.post('/me', { headers })).status).toBe(403);
  }
});

describe('the activity cookie', () => {
  const renewed = (app: KitApp, answer: Awaited<ReturnType<KitBrowser['get']>>) =>
    app.names.activity in cookiesSet(answer);

  it('is renewed after a tenth of the idle time', async () => {
    const app = await startKit({ options: { idle: '10h' } });
    const alice = app.browser();
    await alice.login('alice');
    app.clock.advance(HOUR - 1);
    expect(renewed(app, await alice.get('/me'))).toBe(false);
    app.clock.advance(1);
    expect(renewed(app, await alice.get('/me'))).toBe(true);
    expect(renewed(app, await alice.get('/me'))).toBe(false);
  });

  it('is renewed on private responses only', async () => {
    const app = await startKit({
      options: { idle: '10h', public: '/public' },
      routes(routes) {
        routes.on('GET', '/public', (_req, res) => res.end('page'));
        routes.on('GET', '/private', (_req, res) => res.end('page'));
      },
    });
    const alice = app.browser();
    await alice.login('alice');
    app.clock.advance(2 * HOUR);
    expect(renewed(app, await alice.get('/public'))).toBe(false);
    expect(renewed(app, await alice.ask('OPTIONS', '/private'))).toBe(false);
    expect(renewed(app, await alice.get('/private'))).toBe(true);
  });

  it('is renewed on a 304 too', async () => {
    const app = await startKit({
      options: { idle: '10h' },
      routes: (routes) =>
        routes.on('GET', '/page', (_req, res) => {
          res.statusCode = 304;
          res.end();
        }),
    });
    const alice = app.browser();
    await alice.login('alice');
    app.clock.advance(2 * HOUR);
    expect(renewed(app, await alice.get('/page'))).toBe(true);
  });

  it('is not renewed by whoami, which keeps nobody logged in', async () => {
    const app = await startKit({ options: { idle: '10h' } });
    const alice = app.browser();
    await alice.login('alice');
    for (let hour = 1; hour < 10; hour++) {
      app.clock.advance(HOUR);
      const answer = await alice.get('/sessions/whoami');
      expect([answer.status, answer.setCookies]).toEqual([200, []]);
    }
    app.clock.advance(HOUR);
    expect((await alice.get('/sessions/whoami')).status).toBe(401);
    expect((await alice.me()).inactiveBecause).toBe('idle');
  });

  it('keeps a user logged in who only reads, to the absolute end', async () => {
    const app = await startKit({ options: { idle: '10h', absolute: '40h' } });
    const alice = app.browser();
    await alice.login('alice');
    for (let hour = 0; hour < 39; hour += 3) {
      expect((await alice.me()).subject).toBe('alice');
      app.clock.advance(3 * HOUR);
    }
    app.clock.advance(HOUR);
    expect((await alice.me()).inactiveBecause).toBe('expired');
  });
});

describe('an activity cookie of another session', () => {
  async function swapped() {
    const app = await startKit();
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    const ids = { alice: hashOf((await alice.me()).id ?? ''), bob: hashOf((await bob.me()).id ?? '') };
    const cookie = bob.cookie({ ...bob.held, activity: alice.held.activity });
    return { app, alice, bob, ids, cookie };
  }

  it('is swap.suspected with both hashes, once a pair', async () => {
    const { app, bob, ids, cookie } = await swapped();
    await bob.me({ cookie });
    await bob.get('/sessions/whoami', { cookie });
    const suspected = app.events.filter(({ code }) => code === 'swap.suspected');
    expect(suspected).toHaveLength(1);
    expect(suspected[0]).toMatchObject({ severity: 'critical', detail: { session: ids.bob, activity: ids.alice } });
    expect(JSON.stringify(suspected)).not.toContain(bob.held.session);
  });

  it('harms nobody, and the rightful one is sent again', async () => {
    const { app, alice, bob, ids, cookie } = await swapped();
    const answer = await bob.get('/me', { cookie });
    expect(JSON.parse(answer.body)).toMatchObject({ active: true, subject: 'bob' });
    expect(cookiesSet(answer)[app.names.activity]).toContain(ids.bob);
    expect((await alice.me()).subject).toBe('alice');
  });

  it('keeps neither an idle session alive nor lets anybody in', async () => {
    const { app, alice, bob } = await swapped();
    app.clock.advance(23 * HOUR);
    await alice.me();
    app.clock.advance(2 * HOUR);
    const cookie = bob.cookie({ ...bob.held, activity: alice.held.activity });
    expect((await bob.me({ cookie })).inactiveBecause).toBe('idle');
    expect((await bob.me({ cookie: bob.cookie({ activity: alice.held.activity }) })).inactiveBecause).toBe('none');
  });

  it.each(['regenerate', 'logout and login', 'login over a live session'])('is activity.late after %s', async (how) => {
    const app = await startKit({
      routes: (routes, sessions) =>
        routes.on('POST', '/regenerate', async (req, res) => {
          await sessions.of(req).regenerate();
          res.end();
        }),
    });
    const alice = app.browser();
    await alice.login('alice');
    const { activity } = alice.held;
    if (how === 'regenerate') await alice.post('/regenerate');
    else {
      if (how === 'logout and login') await alice.post('/logout');
      await alice.login('bob');
    }
    await alice.me({ cookie: alice.cookie({ ...alice.held, activity }) });
    expect(app.codes()).toContain('activity.late');
    expect(app.codes()).not.toContain('swap.suspected');
  });

  it('is ignored if it came twice', async () => {
    const { app, alice, bob } = await swapped();
    const cookie = `${bob.cookie(bob.held)}; ${app.names.activity}=${alice.held.activity}`;
    expect((await bob.me({ cookie })).subject).toBe('bob');
    expect(app.codes()).not.toContain('swap.suspected');
  });

  it('is ignored if it is malformed or not ours', async () => {
    const { app, alice, bob } = await swapped();
    for (const activity of [
      'x',
      `${alice.held.activity}x`,
      alice.held.activity.replace(/^1/, '2'),
      `"${alice.held.activity}"`,
    ]) {
      expect((await bob.me({ cookie: bob.cookie({ ...bob.held, activity }) })).subject).toBe('bob');
    }
    expect(app.codes()).not.toContain('swap.suspected');
  });
});

it('keeps a session whose activity cookie is stale or lost, if the registry saw it', async () => {
  const store = memory();
  const app = await startKit({ options: { store } });
  const alice = app.browser();
  await alice.login('alice');
  const { session, activity } = alice.held;
  app.clock.advance(20 * HOUR);
  await alice.me();
  await lastSeenWritten(app);
  app.clock.advance(10 * HOUR);
  expect((await alice.me({ cookie: alice.cookie({ session, activity }) })).subject).toBe('alice');
  expect((await alice.me({ cookie: alice.cookie({ session }) })).subject).toBe('alice');
});

describe('the owner tag', () => {
  async function pages() {
    const app = await startKit({
      routes: (routes) =>
        routes.on('GET', '/page', (_req, res) => {
          res.setHeader('Timing-Allow-Origin', '*');
          res.setHeader('Server-Timing', 'db;dur=1');
          res.end();
        }),
    });
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    return { app, alice, bob };
  }

  it('that the request brought is repeated, and kept from other origins', async () => {
    const { alice } = await pages();
    const { headers } = await alice.get('/page');
    expect(headers['server-timing']).toBe(`db;dur=1, swapproof;desc="${alice.held.owner}"`);
    expect(headers).not.toHaveProperty('timing-allow-origin');
  });

  it('is not sent to a request that brought none', async () => {
    const { alice } = await pages();
    const { headers } = await alice.get('/page', { cookie: alice.cookie({ session: alice.held.session }) });
    expect(headers['server-timing']).toBe('db;dur=1');
  });

  it("of another session is answered with the request's own", async () => {
    const { app, alice, bob } = await pages();
    const { headers } = await alice.get('/page', { cookie: alice.cookie({ ...alice.held, owner: bob.held.owner }) });
    expect(headers['server-timing']).toBe(`db;dur=1, swapproof;desc="${alice.held.owner}"`);
    expect(app.codes()).toContain('owner.mismatch');
  });

  it('is the same after regenerate() and another after a new login', async () => {
    const app = await startKit({
      routes: (routes, sessions) =>
        routes.on('POST', '/regenerate', async (req, res) => {
          await sessions.of(req).regenerate();
          res.end();
        }),
    });
    const alice = app.browser();
    await alice.login('alice');
    const { owner } = alice.held;
    await alice.post('/regenerate');
    expect(alice.held.owner).toBe(owner);
    await alice.login('alice');
    expect(alice.held.owner).not.toBe(owner);
  });

  it('is not sent where caches may keep the response', async () => {
    const { app } = await pages();
    const page = await startKit({
      options: { public: '/page', secrets: SECRETS.slice(0, 1), clock: fakeClock() },
      routes: (routes) => routes.on('GET', '/page', (_req, res) => res.end()),
    });
    const alice = page.browser();
    await alice.login('alice');
    expect((await alice.get('/page')).headers).not.toHaveProperty('server-timing');
    expect(app.codes()).not.toContain('owner.mismatch');
  });
});
