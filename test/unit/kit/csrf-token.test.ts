/** The session-bound token mode: a form acts in a session's name only with a token that one of its pages held. */
import express from 'express';
import { memory } from '../../../lib/stores/memory.js';
import { faultyMemory, LEASE } from '../../helpers/faulty-memory.js';
import { FRAMEWORKS, type KitApp, type KitSetting, parameter, startKit } from '../../helpers/kit-app.js';
import { type KitBrowser, PACKED } from '../../helpers/kit-browser.js';
import { oldApp } from '../../helpers/old-sessions.js';
import { keyring, SECRETS } from '../../helpers/tokens.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** GET /token answers one; every method on /act, behind requireCsrfToken(). Login and logout are in front of it. */
function tokenKit(setting: KitSetting = {}): Promise<KitApp> {
  return startKit({
    ...setting,
    routes(routes, sessions) {
      routes.on('POST', '/in', async (req, res) => {
        await sessions.of(req).start(parameter(req, 'as'));
        res.end(sessions.csrfToken(req));
      });
      routes.on('POST', '/renew', async (req, res) => {
        await sessions.of(req).regenerate();
        res.end();
      });
      routes.on('POST', '/out', async (req, res) => {
        await sessions.of(req).destroy();
        res.end();
      });
      routes.use(express.urlencoded({ extended: true }) as never);
      routes.use(sessions.requireCsrfToken());
      routes.on('*', '/token', (req, res) => res.end(sessions.csrfToken(req)));
      routes.on('*', '/act', (_req, res) => res.end('acted'));
      setting.routes?.(routes, sessions);
    },
  });
}

const enter = async (browser: KitBrowser, as: string) => (await browser.post(`/in?as=${as}`)).body;
const tokenOf = async (browser: KitBrowser) => (await browser.get('/token')).body;
const act = (browser: KitBrowser, token?: string, method = 'POST') =>
  browser.ask(method, '/act', { headers: token === undefined ? {} : { 'x-csrf-token': token } });

describe.each(FRAMEWORKS)('%s', (framework) => {
  it('lets a form of the session pass, with its token in the header or in the body', async () => {
    const app = await tokenKit({ framework });
    const alice = app.browser();
    await enter(alice, 'alice');
    const token = await tokenOf(alice);
    expect((await act(alice, token)).body).toBe('acted');
    expect((await alice.post('/act', { headers: FORM, body: `csrf_token=${token}` })).body).toBe('acted');
    expect(app.codes()).toEqual(['session.started']);
  });

  it('refuses one without, at every method that could change something', async () => {
    const app = await tokenKit({ framework });
    const alice = app.browser();
    await enter(alice, 'alice');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY']) {
      const answer = await act(alice, undefined, method);
      expect([answer.status, answer.body, answer.headers['cache-control']]).toEqual([403, 'ERR_CSRF_TOKEN', PACKED]);
    }
    expect(app.codes().filter((code) => code === 'csrf.refused')).toHaveLength(5);
    expect(app.errors[0]?.message).toContain('csrf_token');
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect((await act(alice, undefined, method)).status).toBe(200);
  });
});

it('is another text each time, of one form, and opens nothing else', async () => {
  const app = await tokenKit();
  const alice = app.browser();
  const first = await enter(alice, 'alice');
  const tokens = [first, ...(await Promise.all(Array.from({ length: 20 }, () => tokenOf(alice))))];
  expect(new Set(tokens.map((token) => token.slice(0, 40))).size).toBe(21);
  expect(new Set(tokens.map((token) => token.slice(46))).size).toBe(21);
  for (const token of tokens) {
    expect(token).toMatch(/^[\w-]{86}$/);
    expect((await act(alice, token)).status).toBe(200);
  }
  const { id } = await alice.me();
  expect(tokens.join()).not.toContain(keyring().mac('csrf', id ?? ''));
});

it('is of no use to another session, of another user or of the same', async () => {
  const app = await tokenKit();
  const [alice, again, bob] = [app.browser(), app.browser(), app.browser()];
  for (const [browser, as] of [
    [alice, 'alice'],
    [again, 'alice'],
    [bob, 'bob'],
  ] as const)
    await enter(browser, as);
  const token = await tokenOf(alice);
  expect((await act(again, token)).body).toBe('ERR_CSRF_TOKEN');
  expect((await act(bob, token)).body).toBe('ERR_CSRF_TOKEN');
  expect((await act(alice, token)).body).toBe('acted');
  // Held over from before: the page of the user who was there first.
  await alice.post('/out');
  await enter(alice, 'bob');
  expect((await act(alice, token)).body).toBe('ERR_CSRF_TOKEN');
});

it('stays good for a session whose id changes, and under a rotated secret', async () => {
  const store = memory();
  const app = await tokenKit({ options: { store, secrets: [SECRETS[1]] } });
  const alice = app.browser();
  const token = await enter(alice, 'alice');
  await alice.post('/renew');
  expect((await act(alice, token)).body).toBe('acted');
  expect(keyring([SECRETS[0], SECRETS[1]]).verify('csrf', 'root', keyring([SECRETS[1]]).mac('csrf', 'root'))).toBe(
    true,
  );
});

it.each([
  ['empty', () => ''],
  ['too short', (token: string) => token.slice(1)],
  ['too long', (token: string) => `${token}A`],
  ['of other letters', (token: string) => `${token.slice(0, -1)}=`],
  ['changed at its end', (token: string) => token.slice(0, 60) + (token[60] === 'A' ? 'B' : 'A') + token.slice(61)],
  ['changed in its mask', (token: string) => (token[0] === 'A' ? 'B' : 'A') + token.slice(1)],
  ['of zeros', () => 'A'.repeat(86)],
  ['the owner tag, which scripts can read', (_: string, owner: string) => owner.padStart(86, 'A')],
])('%s is refused', async (_what, change) => {
  const app = await tokenKit();
  const alice = app.browser();
  const token = await enter(alice, 'alice');
  const wrong = change(token, alice.held.owner);
  expect((await act(alice, wrong)).body).toBe('ERR_CSRF_TOKEN');
  const answer = await alice.post('/act', { headers: FORM, body: `csrf_token=${encodeURIComponent(wrong)}` });
  expect(answer.body).toBe('ERR_CSRF_TOKEN');
});

it('is believed in no query, in no list, and in the header before the body', async () => {
  const app = await tokenKit();
  const alice = app.browser();
  const token = await enter(alice, 'alice');
  expect((await alice.post(`/act?csrf_token=${token}`)).body).toBe('ERR_CSRF_TOKEN');
  for (const body of [`csrf_token=${token}&csrf_token=${token}`, `csrf_token[a]=${token}`]) {
    expect((await alice.post('/act', { headers: FORM, body })).body).toBe('ERR_CSRF_TOKEN');
  }
  const headers = { ...FORM, 'x-csrf-token': 'wrong' };
  expect((await alice.post('/act', { headers, body: `csrf_token=${token}` })).body).toBe('ERR_CSRF_TOKEN');
});

it('is asked of nobody without a session: there is no name to act in', async () => {
  const app = await tokenKit({ options: { idle: '1h' } });
  const visitor = app.browser();
  expect(await tokenOf(visitor)).toBe('');
  expect((await act(visitor)).body).toBe('acted');
  await enter(visitor, 'alice');
  app.clock.advance(3_600_000);
  // The old cookie is still sent, and must not keep anybody from logging in.
  expect([await tokenOf(visitor), (await act(visitor)).body]).toEqual(['', 'acted']);
});

it('is asked for an Upgrade whatever its method, and not on exempt routes', async () => {
  const app = await tokenKit({
    options: { csrf: { exempt: '/hook' } },
    routes: (routes) => routes.on('*', '/hook', (_req, res) => res.end('hook')),
  });
  const alice = app.browser();
  await enter(alice, 'alice');
  const upgrade = { headers: { connection: 'x', upgrade: 'websocket' } };
  expect((await alice.get('/act', upgrade)).body).toBe('ERR_CSRF_TOKEN');
  expect((await alice.post('/hook')).body).toBe('hook');
});

it('comes on top of the headers: a right token does not help another site', async () => {
  const app = await tokenKit();
  const alice = app.browser();
  const token = await enter(alice, 'alice');
  const answer = await alice.post('/act', { headers: { 'x-csrf-token': token, 'sec-fetch-site': 'cross-site' } });
  expect([answer.status, answer.body === 'acted']).toEqual([403, false]);
});

it('refuses in private, also on a route that is declared public', async () => {
  const app = await tokenKit({ options: { public: '/act' } });
  const alice = app.browser();
  await enter(alice, 'alice');
  const answer = await act(alice);
  expect([answer.body, answer.headers['cache-control']]).toEqual(['ERR_CSRF_TOKEN', PACKED]);
});

it('makes the page that shows it private, markPublic() or not', async () => {
  const app = await tokenKit({
    routes: (routes, sessions) =>
      routes.on('GET', '/form', (req, res) => {
        sessions.markPublic(res);
        res.setHeader('Cache-Control', 'public, max-age=60');
        res.end(sessions.csrfToken(req));
      }),
  });
  const alice = app.browser();
  await enter(alice, 'alice');
  expect((await alice.get('/form')).headers['cache-control']).toBe(PACKED);
  expect((await app.browser().get('/form')).headers['cache-control']).toBe(PACKED);
});

it('is not asked of a client with a token of its own, which no browser sends by itself', async () => {
  const app = await tokenKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/issue', async (req, res) => res.end((await sessions.of(req).issueToken('alice')).token)),
  });
  const { body } = await app.browser().post('/issue');
  const answer = await app.browser().post('/act', { headers: { authorization: `Bearer ${body}` } });
  expect(answer.body).toBe('acted');
});

it('is neither shown nor asked where two session cookies came: the request is nobody', async () => {
  const app = await tokenKit();
  const alice = app.browser();
  await enter(alice, 'alice');
  const cookie = `${app.names.session}=${alice.held.session}; ${app.names.session}=other`;
  expect((await alice.get('/token', { cookie })).body).toBe('');
  expect((await alice.post('/act', { cookie })).body).toBe('acted');
});

it('is not known while nobody can know whose session it is', async () => {
  const faulty = faultyMemory();
  const { faults } = faulty;
  const options = { store: faulty, requestDeadline: 20, public: ['/token', '/act'] };
  const app = await tokenKit({ options });
  const alice = app.browser();
  await enter(alice, 'alice');
  faults.log.poll = () => Promise.reject(new TypeError('store away'));
  app.clock.advance(LEASE);
  expect((await alice.get('/token')).body).toBe('ERR_STORE_UNAVAILABLE');
  expect((await alice.post('/act')).body).toBe('ERR_STORE_UNAVAILABLE');
});

it("is asked of an anonymous session too, for its cart is somebody's", async () => {
  const app = await tokenKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/cart', async (req, res) => {
        await sessions.of(req).stored.set('cart', [1]);
        res.end(sessions.csrfToken(req));
      }),
  });
  const visitor = app.browser();
  const { body: token } = await visitor.post('/cart');
  expect((await act(visitor)).body).toBe('ERR_CSRF_TOKEN');
  expect((await act(visitor, token)).body).toBe('acted');
});

it('is asked where the cookie is still that of another library, and one from before its adoption stays good', async () => {
  const old = await oldApp();
  const app = await tokenKit({ options: { adopt: old.adoption() } });
  const [alice, bob] = [app.browser(), app.browser()];
  await old.login(alice, 'alice');
  await old.login(bob, 'bob');
  expect((await act(alice)).body).toBe('ERR_CSRF_TOKEN');
  const token = await tokenOf(bob);
  expect((await act(bob, token)).body).toBe('acted');
  expect((await act(bob, token)).body).toBe('acted');
});
