/** Requests from other sites, and from browsers that would drop the cookie: in the middleware and in start(). */
import { FRAMEWORKS, startKit } from '../../helpers/kit-app.js';

const CROSS: Record<string, Record<string, string>> = {
  'Sec-Fetch-Site: cross-site': { 'sec-fetch-site': 'cross-site' },
  'Sec-Fetch-Site: same-site': { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com' },
  'an unknown Sec-Fetch-Site': { 'sec-fetch-site': 'x' },
  'a foreign Origin': { origin: 'https://evil.example' },
  'Origin: null': { origin: 'null' },
  'a foreign Referer': { referer: 'https://evil.example/page' },
};
const OURS: Record<string, Record<string, string>> = {
  'none of the headers': {},
  'Sec-Fetch-Site: same-origin': { 'sec-fetch-site': 'same-origin' },
  'Sec-Fetch-Site: none': { 'sec-fetch-site': 'none' },
  "Origin: null under helmet's no-referrer": { 'sec-fetch-site': 'same-origin', origin: 'null' },
};

describe.each(FRAMEWORKS)('%s', (framework) => {
  it.each(Object.keys(CROSS))('an unsafe request with a session and %s goes no further', async (what) => {
    let handled = 0;
    const app = await startKit({
      framework,
      routes: (routes) => routes.on('*', '/act', (_req, res) => res.end(String(++handled))),
    });
    const alice = app.browser();
    await alice.login('alice');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY']) {
      const answer = await alice.ask(method, '/act', { headers: CROSS[what] ?? {} });
      expect([answer.status, answer.setCookies, handled]).toEqual([403, [], 0]);
    }
    expect(app.codes().filter((code) => code === 'csrf.refused')).toHaveLength(5);
    // Without a session there is nobody in whose name it could act, and reading harms nobody.
    expect((await app.browser().post('/act', { headers: CROSS[what] ?? {} })).status).toBe(200);
    expect((await alice.get('/act', { headers: CROSS[what] ?? {} })).status).toBe(200);
  });

  it.each(Object.keys(OURS))('one with %s passes', async (what) => {
    const app = await startKit({ framework });
    const alice = app.browser();
    await alice.login('alice', { headers: OURS[what] ?? {} });
    expect((await alice.post('/me', { headers: OURS[what] ?? {} })).status).toBe(200);
  });
});

it('compares Origin and Referer with the Host', async () => {
  const app = await startKit();
  const alice = app.browser();
  await alice.login('alice');
  const here = `http://127.0.0.1:${app.port}`;
  expect((await alice.post('/me', { headers: { origin: here } })).status).toBe(200);
  expect((await alice.post('/me', { headers: { referer: `${here}/form` } })).status).toBe(200);
  expect((await alice.post('/me', { headers: { origin: 'http://127.0.0.1:1' } })).status).toBe(403);
});

it('lets trusted origins in, whatever Sec-Fetch-Site says, and exempt routes', async () => {
  const app = await startKit({
    options: { csrf: { trustedOrigins: ['https://admin.example.com'], exempt: '/hook' } },
    routes: (routes) => routes.on('*', '/hook', (_req, res) => res.end('hook')),
  });
  const headers = { 'sec-fetch-site': 'cross-site' };
  // Development mode's cookies do not go with an https Origin: the session is the production one.
  const admin = { ...headers, origin: 'https://admin.example.com' };
  const alice = app.browser();
  await alice.login('alice', { headers: admin });
  expect((await alice.post('/me', { headers: admin })).body).toContain('"subject":"alice"');
  const evil = { ...headers, origin: 'https://admin.example.com.evil.example' };
  expect((await alice.post('/me', { headers: evil })).status).toBe(403);
  expect((await alice.post('/hook', { headers: evil })).body).toBe('hook');
  expect((await alice.post('/hook/../me', { headers: evil })).status).toBe(403);
});

it('counts an Upgrade as unsafe whatever its method', async () => {
  const app = await startKit();
  const alice = app.browser();
  await alice.login('alice');
  const upgrade = { headers: { connection: 'x', upgrade: 'websocket', 'sec-fetch-site': 'cross-site' } };
  expect((await alice.get('/me', upgrade)).status).toBe(403);
});

it.each(Object.keys(CROSS))('start() and destroy() are refused with %s, cookie or not', async (what) => {
  const app = await startKit();
  const browser = app.browser();
  const login = await browser.post('/login?as=mallory', { headers: CROSS[what] ?? {} });
  expect([login.status, login.body, login.setCookies]).toEqual([403, 'ERR_CROSS_SITE', []]);
  expect((await browser.post('/logout', { headers: CROSS[what] ?? {} })).body).toBe('ERR_CROSS_SITE');
  expect(app.codes()).toEqual(['csrf.refused', 'csrf.refused']);
});

it('destroy() on a GET from another site is refused too', async () => {
  const app = await startKit({
    routes: (routes, sessions) =>
      routes.on('GET', '/bye', async (req, res) => {
        await sessions.of(req).destroy();
        res.end();
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  expect((await alice.get('/bye', { headers: { 'sec-fetch-site': 'cross-site' } })).body).toBe('ERR_CROSS_SITE');
  expect((await alice.me()).active).toBe(true);
});

describe('start() over plain http from another host', () => {
  it.each(['test', 'production'])('throws with what to do, NODE_ENV=%s', async (environment) => {
    const app = await startKit({ environment });
    for (const headers of [
      { origin: 'http://shop.example', host: 'shop.example' },
      { origin: 'http://shop.example' },
    ]) {
      const answer = await app.browser().post('/login?as=alice', { headers: headers as Record<string, string> });
      expect([answer.status, answer.body, answer.setCookies]).toEqual([400, 'ERR_INSECURE_REQUEST', []]);
      expect(app.errors.at(-1)?.message).toContain('return 301 https://');
    }
  });

  it('works on loopback, whatever its name', async () => {
    const app = await startKit();
    for (const host of ['localhost', 'app.localhost', '127.0.0.1', '[::1]']) {
      const headers = { origin: `http://${host}:${app.port}`, host: `${host}:${app.port}` };
      expect((await app.browser().post('/login?as=alice', { headers })).status).toBe(200);
    }
  });
});

describe('behind a stock nginx that makes the app look local', () => {
  it.each([
    ['NODE_ENV=production', 'production', {}],
    ['no NODE_ENV that says development', '', {}],
    ['an https Origin', 'development', { origin: 'https://shop.example', 'sec-fetch-site': 'same-origin' }],
    ['X-Forwarded-For', 'development', { 'x-forwarded-for': '203.0.113.7' }],
    ['Forwarded', 'test', { forwarded: 'for=203.0.113.7' }],
    ['Via', 'test', { via: '1.1 proxy' }],
    ['a Host that is not local', 'development', { host: 'shop.example' }],
  ] as const)('%s keeps the production names', async (_what, environment, headers) => {
    const app = await startKit({ environment });
    const { setCookies } = await app
      .browser()
      .post('/login?as=alice', { headers: { host: 'localhost:3000', ...headers } });
    expect(setCookies.map((line) => line.split('=', 1)[0]).sort()).toEqual([
      '__Host-activity',
      '__Host-owner',
      '__Host-session',
    ]);
    for (const line of setCookies) expect(line).toContain('Secure');
  });

  it('reads one kind of name in each mode, never both', async () => {
    const app = await startKit({ environment: 'development' });
    const alice = app.browser();
    await alice.login('alice');
    const cookie = `__Host-session=${alice.held.session}`;
    expect((await alice.me({ cookie })).inactiveBecause).toBe('none');
    expect((await alice.me({ cookie, headers: { via: '1.1 proxy' } })).subject).toBe('alice');
    expect((await alice.me({ headers: { via: '1.1 proxy' } })).inactiveBecause).toBe('none');
  });
});
