/** Anonymous sessions: a cookie with nobody in it, begun by `stored.set` on an unsafe method. */
import { open } from '../../../lib/session/seal.js';
import { faultyMemory } from '../../helpers/faulty-memory.js';
import { Gate } from '../../helpers/gate.js';
import { FRAMEWORKS, startKit } from '../../helpers/kit-app.js';
import { cookiesSet, PACKED } from '../../helpers/kit-browser.js';
import { ask, setting, startStoredApp } from '../../helpers/stored-app.js';
import { keyring, SECRETS } from '../../helpers/tokens.js';

const HOUR = 3_600_000;
const add = setting('cart', ['tea']);

describe.each(FRAMEWORKS)('%s', (framework) => {
  it('begins on a POST, with session and owner cookie and no activity cookie, and logs nobody in', async () => {
    const app = await startStoredApp({
      framework,
      routes: (routes, sessions) =>
        routes.on('GET', '/wall', (req, res, next) =>
          sessions.requireSession()(req, res, (error) => (error ? next(error) : res.end('inside'))),
        ),
    });
    const visitor = app.browser();
    const answer = await visitor.post(add);
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, PACKED]);
    expect(Object.keys(cookiesSet(answer)).sort()).toEqual([app.names.owner, app.names.session].sort());
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('["tea"]');
    expect(await visitor.me()).toEqual({ active: false, id: null, subject: null, data: {}, inactiveBecause: 'none' });
    expect((await visitor.get('/sessions/whoami')).status).toBe(401);
    expect((await visitor.get('/wall')).status).toBe(401);
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'QUERY'])(
    'does not begin on %s: ERR_NO_SESSION at once, with the line',
    async (method) => {
      const app = await startStoredApp({ framework });
      const answer = await app.browser().ask(method, add);
      expect([answer.status, answer.setCookies]).toEqual([401, []]);
      expect(app.errors[0]).toMatchObject({ code: 'ERR_NO_SESSION' });
      expect(app.errors[0]?.message).toContain(`session.stored.set() in ${method} /set (`);
    },
  );

  it('its cookie never leaves on a GET', async () => {
    const app = await startStoredApp({ framework });
    const visitor = app.browser();
    await visitor.post(add);
    for (const path of [setting('cart', 1), '/get?key=cart', '/take?key=cart', '/delete?key=cart', '/me']) {
      expect([path, (await visitor.get(path)).setCookies]).toEqual([path, []]);
    }
  });
});

it('without any session get and take find nothing, delete does nothing, and no cookie leaves', async () => {
  const app = await startStoredApp();
  for (const method of ['GET', 'POST']) {
    const answers = ['/get?key=cart', '/take?key=cart', '/delete?key=cart'].map((path) =>
      ask(app.browser(), method, path),
    );
    expect(await Promise.all(answers)).toEqual(['undefined', 'undefined', 'deleted']);
  }
});

describe('a POST of another site', () => {
  it.each([
    ['Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
    ['Origin', { origin: 'https://evil.example' }],
  ])('without cookies begins none (%s)', async (_header, headers) => {
    const app = await startStoredApp();
    const answer = await app.browser().post(add, { headers: headers as never });
    expect([answer.status, answer.body, answer.setCookies]).toEqual([403, 'ERR_CROSS_SITE', []]);
    expect(app.codes()).toContain('csrf.refused');
  });

  it('begins none on an exempt route either, also where the one it came with has ended', async () => {
    const app = await startStoredApp({ options: { csrf: { exempt: '/set' }, idle: '1h' } });
    const visitor = app.browser();
    await visitor.post(add);
    app.clock.advance(2 * HOUR);
    const answer = await visitor.post(add, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect([answer.body, answer.setCookies]).toEqual(['ERR_CROSS_SITE', []]);
  });
});

it('a browser on plain http, which would drop the cookie, is told so', async () => {
  const app = await startStoredApp({ environment: 'production' });
  const answer = await app.browser().post(add, { headers: { origin: 'http://shop.example', host: 'shop.example' } });
  expect(answer.body).toBe('ERR_INSECURE_REQUEST');
});

it('two different session cookies read nothing and begin none (R5)', async () => {
  const app = await startStoredApp();
  const visitor = app.browser();
  await visitor.post(add);
  const { session } = visitor.held;
  const cookie = `${app.names.session}=${session}; ${app.names.session}=other`;
  expect((await visitor.get('/get?key=cart', { cookie })).body).toBe('undefined');
  for (const method of ['GET', 'POST']) {
    expect((await visitor.ask(method, add, { cookie })).body).toBe('ERR_AMBIGUOUS_CREDENTIALS');
  }
});

it('begins once a request, however many values it sets, and not after the head has left', async () => {
  const app = await startStoredApp({
    routes(routes, sessions) {
      routes.on('POST', '/many', async (req, res) => {
        const { stored } = sessions.of(req);
        await Promise.all(['a', 'b', 'c'].map((key) => stored.set(key, key)));
        res.end(JSON.stringify(await stored.get('a')));
      });
      routes.on('POST', '/late', async (req, res) => {
        res.write('begun');
        try {
          void sessions.of(req).stored.set('a', 1);
        } catch (error) {
          res.end((error as { code: string }).code);
        }
      });
    },
  });
  const visitor = app.browser();
  expect((await visitor.post('/many')).body).toBe('"a"');
  expect(await ask(visitor, 'GET', '/get?key=c')).toBe('"c"');
  expect((await app.browser().post('/late')).body).toBe('begunERR_RESPONSE_STARTED');
});

it('one whose cookie could not leave any more is taken back', async () => {
  const gate = new Gate();
  const faulty = faultyMemory();
  const removed: string[] = [];
  faulty.faults.stored.set = (real) => gate.wait().then(() => real());
  const gone = new Gate();
  faulty.faults.anonymous.remove = async (real, root) => {
    removed.push(root);
    await real();
    void gone.wait();
  };
  const app = await startStoredApp({
    options: { store: faulty, requestDeadline: '1h' },
    routes: (routes, sessions) =>
      routes.on('POST', '/forgotten', async (req, res) => {
        void sessions.of(req).stored.set('a', 1);
        await gate.reached;
        res.end();
      }),
  });
  const answer = await app.browser().post('/forgotten');
  await gate.reached;
  gate.open();
  await gone.reached;
  expect([answer.setCookies, removed.length]).toEqual([[], 1]);
  expect(app.codes()).toContain('session.write.lost');
});

describe('ends', () => {
  it('not while its visitor comes back, with or without reading it', async () => {
    const faulty = faultyMemory();
    const marks: number[] = [];
    faulty.faults.anonymous.seen = (real, seen) => {
      marks.push(...seen.values());
      return real();
    };
    const app = await startStoredApp({ options: { idle: '24h', store: faulty } });
    const visitor = app.browser();
    await visitor.post(add);
    app.clock.advance(23 * HOUR);
    const used = app.clock.now();
    await visitor.get('/me');
    await app.sessions.close();
    expect(marks).toEqual([used]);
  });

  it('after the idle time: reading finds nothing, a GET can not write, and a POST begins another', async () => {
    const app = await startStoredApp({ options: { idle: '24h' } });
    const visitor = app.browser();
    await visitor.post(add);
    const before = visitor.held.session;
    app.clock.advance(24 * HOUR);
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('undefined');
    expect(await ask(visitor, 'GET', add)).toBe('401 ERR_NO_SESSION');
    expect(await ask(visitor, 'POST', add)).toBe('set');
    expect(visitor.held.session).not.toBe(before);
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('["tea"]');
  });

  it('where there are too many: requests without cookies push out the longest unused, and fill nothing', async () => {
    const app = await startStoredApp({ options: { anonymousMax: 3 } });
    const visitors = Array.from({ length: 8 }, () => app.browser());
    for (const visitor of visitors) await visitor.post(add);
    const found = await Promise.all(visitors.map((visitor) => ask(visitor, 'GET', '/get?key=cart')));
    expect(found).toEqual([...Array(5).fill('undefined'), ...Array(3).fill('["tea"]')]);
  });

  it('with revoke.everyone(), and never by an entry of its own', async () => {
    const appended: number[] = [];
    const faulty = faultyMemory();
    faulty.faults.log.append = (real) => {
      appended.push(1);
      return real();
    };
    const app = await startStoredApp({ options: { store: faulty } });
    const [one, other, third] = [app.browser(), app.browser(), app.browser()];
    for (const visitor of [one, other, third]) await visitor.post(add);
    await one.post('/logout');
    await other.login('bob');
    expect(await ask(one, 'GET', '/get?key=cart')).toBe('undefined');
    expect(appended).toEqual([]);
    await app.sessions.revoke.everyone();
    expect(await ask(third, 'GET', '/get?key=cart')).toBe('undefined');
    expect(await ask(third, 'POST', add)).toBe('set');
  });

  it('with logout, whose cookie of before is worth nothing then', async () => {
    const app = await startStoredApp();
    const visitor = app.browser();
    await visitor.post(add);
    const cookie = visitor.cookie(visitor.held);
    const set = cookiesSet(await visitor.post('/logout'));
    expect([set[app.names.session], set[app.names.owner]]).toEqual(['', '']);
    expect((await visitor.get('/get?key=cart', { cookie })).body).toBe('undefined');
  });
});

it('login makes a new id, and takes nothing along that it was not told to', async () => {
  const app = await startStoredApp();
  const visitor = app.browser();
  await visitor.post(add);
  const cookie = visitor.cookie(visitor.held);
  const anonymous = (await open(keyring(), visitor.held.session))?.anonymous;
  await visitor.login('alice');
  expect((await visitor.me()).id).not.toContain(anonymous?.root);
  expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('undefined');
  expect((await visitor.get('/get?key=cart', { cookie })).body).toBe('undefined');
  await visitor.get('/me');
  expect(app.codes().filter((code) => code !== 'session.started')).toEqual([]);
});

it('is sealed again where a retired secret opened it', async () => {
  const [newest, oldest] = SECRETS;
  const store = faultyMemory();
  const before = await startStoredApp({ options: { secrets: [oldest], store } });
  const after = await startKit({ options: { secrets: [newest, oldest] } });
  const visitor = before.browser();
  await visitor.post(add);
  const moved = `${after.names.session}=${visitor.held.session}`;
  const set = cookiesSet(await after.browser().post('/me', { cookie: moved }));
  const opened = await open(keyring([newest]), set[after.names.session] ?? '');
  expect(opened?.anonymous).toEqual((await open(keyring([oldest]), visitor.held.session))?.anonymous);
});

it('a page can compare its owner tag, and one of another visitor is noticed', async () => {
  const app = await startStoredApp();
  const [one, other] = [app.browser(), app.browser()];
  await one.post(add);
  await other.post(add);
  const page = await one.get('/get?key=cart');
  expect(page.headers['server-timing']).toBe(`swapproof;desc="${one.held.owner}"`);
  const cookie = one.cookie({ session: one.held.session, owner: other.held.owner });
  await one.get('/get?key=cart', { cookie });
  expect(app.codes()).toContain('owner.mismatch');
});

it('a store that fails begins none, and says so', async () => {
  const faulty = faultyMemory();
  faulty.faults.anonymous.add = 'error';
  const app = await startStoredApp({ options: { store: faulty } });
  const answer = await app.browser().post(add);
  expect([answer.status, answer.body, answer.setCookies]).toEqual([503, 'ERR_STORE_UNAVAILABLE', []]);
});

it('update, regenerate and reauthenticated have no session to change', async () => {
  const app = await startStoredApp({
    routes: (routes, sessions) =>
      routes.on('POST', '/update', async (req, res) => {
        await sessions.of(req).update({ a: 1 });
        res.end();
      }),
  });
  const visitor = app.browser();
  await visitor.post(add);
  expect((await visitor.post('/update')).body).toBe('ERR_NO_SESSION');
});

describe('beside a token', () => {
  it('the request names nobody (R5): two roots, whose values would be meant?', async () => {
    const { visitor, token } = await withToken();
    await visitor.post(add);
    const headers = { authorization: `Bearer ${token}` };
    expect((await visitor.get('/get?key=cart', { headers })).body).toBe('undefined');
    expect(await visitor.me({ headers })).toMatchObject({ active: false, inactiveBecause: 'ambiguous' });
  });

  it('the session of the token has values as any other, and one that has ended begins none', async () => {
    const { app, token } = await withToken();
    const headers = { authorization: `Bearer ${token}` };
    const client = app.browser();
    expect((await client.post(add, { headers })).setCookies).toEqual([]);
    expect((await client.get('/get?key=cart', { headers })).body).toBe('["tea"]');
    await app.sessions.revoke.subject('alice');
    const answer = await client.post(add, { headers });
    expect([answer.body, answer.setCookies]).toEqual(['ERR_TOKEN_SESSION', []]);
  });

  async function withToken() {
    const app = await startStoredApp({
      routes: (routes, sessions) =>
        routes.on('POST', '/token', async (req, res) => {
          const { token } = await sessions.of(req).issueToken('alice');
          res.end(token);
        }),
    });
    const { body: token } = await app.browser().post('/token');
    return { app, visitor: app.browser(), token };
  }
});

it('a flash message hangs on it: another visitor can not read it, and it survives nothing but its own', async () => {
  const app = await startStoredApp({
    routes(routes, sessions) {
      routes.on('POST', '/add', async (req, res) => {
        sessions.flash(req, 'info', 'added');
        await sessions.of(req).stored.set('cart', 1);
        res.end();
      });
      routes.on('GET', '/messages', (req, res) => res.end(JSON.stringify(sessions.takeFlash(req))));
    },
  });
  const [one, other] = [app.browser(), app.browser()];
  const set = cookiesSet(await one.post('/add'));
  await other.post(add);
  const { session } = other.held;
  const mixed = Object.entries(set).map(([name, value]) => `${name}=${name === app.names.session ? session : value}`);
  expect((await one.get('/messages', { cookie: mixed.join('; ') })).body).toBe('[]');
  expect((await one.get('/messages')).body).toBe('[{"kind":"info","text":"added"}]');
});

it('a slow answer begins no other one over the login that has ended its own meanwhile', async () => {
  const gate = new Gate();
  const app = await startStoredApp({
    routes: (routes, sessions) =>
      routes.on('POST', '/slow', async (req, res) => {
        await gate.wait();
        await sessions.of(req).stored.set('cart', 2);
        res.end();
      }),
  });
  const visitor = app.browser();
  await visitor.post(setting('cart', 1));
  const slow = visitor.post('/slow');
  await gate.reached;
  app.clock.advance(1);
  await visitor.post('/enter?as=alice&keep=cart');
  gate.open();
  expect([(await slow).body, (await slow).setCookies]).toEqual(['ERR_NO_SESSION', []]);
  expect([(await visitor.me()).subject, await ask(visitor, 'GET', '/get?key=cart')]).toEqual(['alice', '1']);
});
