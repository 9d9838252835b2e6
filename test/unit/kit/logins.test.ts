/** Logins that go through another site: who began one alone may finish it, in time, once, and with the right site. */
import { hash } from 'node:crypto';
import express from 'express';
import { sealCookie } from '../../../lib/session/cookie-seal.js';
import { FRAMEWORKS, type KitApp, type KitSetting, parameter, startKit } from '../../helpers/kit-app.js';
import { cookiesSet, type KitBrowser, PACKED } from '../../helpers/kit-browser.js';
import { keyring } from '../../helpers/tokens.js';

interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly codeChallenge: string;
  readonly returnTo: string;
}

/** POST /begin?issuer=..&to=.. begins; POST /callback?state=.. answers what loginAttempt() found. */
function loginKit(setting: KitSetting = {}): Promise<KitApp> {
  return startKit({
    ...setting,
    routes(routes, sessions) {
      routes.use(express.urlencoded() as never);
      routes.on('*', '/begin', (req, res) => {
        const [issuer, returnTo] = [parameter(req, 'issuer'), parameter(req, 'to')];
        const options = { ...(issuer && { issuer }), ...(returnTo && { returnTo }) };
        res.end(JSON.stringify(sessions.beginLogin(req, res, options)));
      });
      routes.on('*', '/callback', (req, res) => res.end(JSON.stringify(sessions.loginAttempt(req))));
      setting.routes?.(routes, sessions);
    },
  });
}

const begin = async (browser: KitBrowser, query = '') =>
  JSON.parse((await browser.post(`/begin${query}`)).body) as Begun;
const reasons = ({ events }: KitApp) =>
  events.filter(({ code }) => code === 'login.refused').map(({ detail }) => detail.reason);

describe.each(FRAMEWORKS)('%s', (framework) => {
  it('finds in the callback what was begun, once', async () => {
    const app = await loginKit({ framework });
    const browser = app.browser();
    const answer = await browser.post('/begin?issuer=https://id.example&to=/cart?x=1');
    const begun = JSON.parse(answer.body) as Begun;
    expect(answer.headers['cache-control']).toBe(PACKED);
    expect(Object.keys(cookiesSet(answer))).toEqual([app.names.login]);
    const { state, nonce, codeVerifier } = begun;
    const back = await browser.post(`/callback?state=${state}&iss=https://id.example`);
    expect(JSON.parse(back.body)).toEqual({
      state,
      nonce,
      codeVerifier,
      returnTo: '/cart?x=1',
      issuer: 'https://id.example',
    });
    expect(back.headers['cache-control']).toBe(PACKED);
    expect(cookiesSet(back)).toEqual({ [app.names.login]: '' });
    expect((await browser.post(`/callback?state=${state}`)).body).toBe('null');
    expect(reasons(app)).toEqual(['no-cookie']);
  });
});

it('makes what RFC 7636 and RFC 9700 ask for, and another one each time', async () => {
  const app = await loginKit();
  const all = [await begin(app.browser()), await begin(app.browser())];
  for (const { state, nonce, codeVerifier, codeChallenge } of all) {
    expect([state, nonce, codeVerifier].map((text) => text.length)).toEqual([22, 22, 43]);
    expect(codeChallenge).toBe(hash('sha256', codeVerifier, 'base64url'));
  }
  expect(new Set(all.flatMap(({ state, nonce, codeVerifier }) => [state, nonce, codeVerifier])).size).toBe(6);
});

it('shows nothing of it in the cookie, whose name binds it to one host', async () => {
  const app = await loginKit({ environment: 'production' });
  const answer = await app.browser().post('/begin');
  const { state, nonce, codeVerifier } = JSON.parse(answer.body) as Begun;
  expect(answer.setCookies[0]).toMatch(/^__Host-login=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  for (const secret of [state, nonce, codeVerifier]) expect(answer.setCookies.join()).not.toContain(secret);
});

it('takes the state from a form as well', async () => {
  const app = await loginKit();
  const browser = app.browser();
  const { state } = await begin(browser);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  expect((await browser.post('/callback', { headers, body: `state=${state}` })).body).toContain(state);
});

it('keeps the last three, so that tabs do not collide', async () => {
  const app = await loginKit();
  const browser = app.browser();
  const tabs: Begun[] = [];
  for (let tab = 0; tab < 4; tab++) tabs.push(await begin(browser, `?issuer=https://id.example/${'x'.repeat(200)}`));
  const found = [];
  for (const { state } of tabs) found.push((await browser.post(`/callback?state=${state}`)).body !== 'null');
  expect(found).toEqual([false, true, true, true]);
  expect(browser.jar.get(app.names.login)).toBeUndefined();
});

it('keeps the newest where not all fit into a cookie, and throws where not even that does', async () => {
  const app = await loginKit();
  const browser = app.browser();
  const tabs: Begun[] = [];
  for (let tab = 0; tab < 3; tab++) tabs.push(await begin(browser, `?issuer=${'x'.repeat(1_500)}`));
  const found = [];
  for (const { state } of tabs) found.push((await browser.post(`/callback?state=${state}`)).body !== 'null');
  expect(found).toEqual([false, false, true]);
  const answer = await browser.post(`/begin?issuer=${'x'.repeat(3_000)}`);
  expect([answer.body, answer.setCookies]).toEqual(['ERR_LOGIN_TOO_LARGE', []]);
});

describe('where to return', () => {
  it('is what the app says, or what the request asks for, or the start page', async () => {
    const app = await loginKit();
    const to = async (query: string) => (await begin(app.browser(), query)).returnTo;
    expect(await to('?to=/account')).toBe('/account');
    expect(await to('?return_to=%2Fcart')).toBe('/cart');
    expect(await to('?to=/account&return_to=/cart')).toBe('/account');
    expect(await to('')).toBe('/');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'https://user@evil.example/',
    '/x\r\nSet-Cookie: a',
  ])('is never another site: %p', async (evil) => {
    const app = await loginKit();
    const browser = app.browser();
    for (const name of ['to', 'return_to']) {
      const { returnTo, state } = await begin(browser, `?${new URLSearchParams({ [name]: evil })}`);
      const back = JSON.parse((await browser.post(`/callback?state=${state}`)).body) as Begun;
      expect([returnTo, back.returnTo]).toEqual(['/', '/']);
    }
  });
});

describe('is refused', () => {
  it('with a state of another browser: the attacker who sends his own answer as a link', async () => {
    const app = await loginKit();
    const [victim, attacker] = [app.browser(), app.browser()];
    const { state } = await begin(attacker);
    expect((await victim.post(`/callback?state=${state}&code=attackers`)).body).toBe('null');
    await begin(victim);
    expect((await victim.post(`/callback?state=${state}&code=attackers`)).body).toBe('null');
    expect(reasons(app)).toEqual(['no-cookie', 'unknown-state']);
    // It was not spent for the one who began it.
    expect((await attacker.post(`/callback?state=${state}`)).body).toContain(state);
  });

  it('when used twice, also by a browser that kept the cookie, and by two requests at once', async () => {
    const app = await loginKit();
    const browser = app.browser();
    const { state } = await begin(browser);
    await begin(browser);
    const cookie = `${app.names.login}=${browser.jar.get(app.names.login)}`;
    const both = await Promise.all([1, 2].map(() => browser.post(`/callback?state=${state}`, { cookie })));
    expect(both.filter(({ body }) => body === 'null')).toHaveLength(1);
    expect((await browser.post(`/callback?state=${state}`, { cookie })).body).toBe('null');
    expect((await browser.post(`/callback?state=${state}`)).body).toBe('null');
    expect(reasons(app)).toEqual(['used', 'used', 'used']);
  });

  it('ten minutes after it began, and no sooner', async () => {
    const app = await loginKit();
    const browser = app.browser();
    const [early, late] = [await begin(browser), await begin(browser)];
    app.clock.advance(600_000 - 1);
    expect((await browser.post(`/callback?state=${early.state}`)).body).toContain(early.state);
    const cookie = `${app.names.login}=${browser.jar.get(app.names.login)}`;
    app.clock.advance(1);
    expect((await browser.post(`/callback?state=${late.state}`, { cookie })).body).toBe('null');
    expect(app.events.at(-1)).toMatchObject({ code: 'login.refused', severity: 'info', detail: { reason: 'expired' } });
  });

  it('from another issuer than the one it was sent to', async () => {
    const app = await loginKit();
    const browser = app.browser();
    const { state } = await begin(browser, '?issuer=https://id.example');
    expect((await browser.post(`/callback?state=${state}&iss=https://evil.example`)).body).toBe('null');
    // Spent all the same: a second answer to it is no better.
    expect((await browser.post(`/callback?state=${state}&iss=https://id.example`)).body).toBe('null');
    const other = await begin(browser, '?issuer=https://id.example');
    const iss = 'iss=https://id.example&iss=https://evil.example';
    expect((await browser.post(`/callback?state=${other.state}&${iss}`)).body).toBe('null');
    expect(reasons(app)).toEqual(['issuer', 'no-cookie', 'issuer']);
    expect(app.events[0]).toMatchObject({ severity: 'warn', route: 'POST /callback' });
    // A link in a mail is opened on another device: no alarm, where no page posted by itself.
    expect(app.events[1]).toMatchObject({ severity: 'info' });
  });

  it('but not for an `iss` that nobody asked about, nor for its absence', async () => {
    const app = await loginKit();
    const browser = app.browser();
    const [one, two] = [await begin(browser), await begin(browser, '?issuer=https://id.example')];
    expect((await browser.post(`/callback?state=${one.state}&iss=https://id.example`)).body).toContain(one.state);
    expect((await browser.post(`/callback?state=${two.state}`)).body).toContain(two.state);
  });

  it('in a response that no cache keeps, whatever it declares', async () => {
    const app = await loginKit({
      routes: (routes, sessions) =>
        routes.on('POST', '/public', (req, res) => {
          sessions.markPublic(res);
          res.setHeader('Cache-Control', 'public, max-age=60');
          res.end(JSON.stringify(sessions.loginAttempt(req)));
        }),
    });
    const answer = await app.browser().post('/public?state=x');
    expect([answer.body, answer.headers['cache-control']]).toEqual(['null', PACKED]);
  });

  it('with no state, or with two: none of them is believed', async () => {
    const app = await loginKit();
    const browser = app.browser();
    const { state } = await begin(browser);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const asked = [
      browser.post('/callback'),
      browser.post(`/callback?state=${state}&state=other`),
      browser.post(`/callback?state=${state}`, { headers, body: 'state=other' }),
      browser.post('/callback', { headers, body: `state[]=${state}` }),
      browser.post('/callback', { headers, body: `state[a]=${state}` }),
    ];
    for (const answer of await Promise.all(asked)) expect(answer.body).toBe('null');
    expect((await browser.post(`/callback?state=${state}&state=${state}`)).body).toContain(state);
  });

  it('with a cookie of another purpose, of another app, or of none', async () => {
    const app = await loginKit();
    const attempt = { s: 's', n: 'n', c: 'c', t: '/', i: null, r: null, e: Number.MAX_SAFE_INTEGER };
    const form = { v: 1, a: [attempt] };
    const ask = (value: string) => app.browser().post('/callback?state=s', { cookie: `${app.names.login}=${value}` });
    expect((await ask(sealCookie(keyring(), 'login', form))).body).toContain('"state":"s"');
    const restarted = await loginKit();
    const wrong = [
      sealCookie(keyring(), 'flash', form),
      sealCookie(keyring(undefined, 'blog'), 'login', form),
      sealCookie(keyring(), 'login', { ...form, v: 2 }),
      sealCookie(keyring(), 'login', { v: 1, a: [{ ...attempt, t: '//evil.example' }, { ...attempt, r: 7 }, null] }),
      'nonsense',
    ];
    for (const value of wrong) {
      const cookie = `${restarted.names.login}=${value}`;
      expect((await restarted.browser().post('/callback?state=s', { cookie })).body).toBe('null');
    }
    expect(reasons(restarted)).toEqual(wrong.map(() => 'unreadable'));
  });

  it('from another site, whatever else is right', async () => {
    const app = await loginKit();
    const browser = app.browser();
    const { state } = await begin(browser);
    const headers = { 'sec-fetch-site': 'same-site' };
    expect((await browser.post(`/callback?state=${state}`, { headers })).body).toBe('null');
    expect(reasons(app)).toEqual(['cross-site']);
  });
});

describe('a step-up or an account link', () => {
  it('is finished by the session that began it, also after a new id', async () => {
    const app = await loginKit({
      routes: (routes, sessions) =>
        routes.on('POST', '/renew', async (req, res) => {
          await sessions.of(req).regenerate();
          res.end();
        }),
    });
    const browser = app.browser();
    await browser.login('alice');
    const { state } = await begin(browser);
    await browser.post('/renew');
    expect((await browser.post(`/callback?state=${state}`)).body).toContain(state);
  });

  it('is not finished by the user who came after, nor after logout', async () => {
    const app = await loginKit();
    const browser = app.browser();
    await browser.login('alice');
    const [one, two] = [await begin(browser), await begin(browser)];
    await browser.post('/logout');
    expect((await browser.post(`/callback?state=${one.state}`)).body).toBe('null');
    await browser.login('bob');
    expect((await browser.post(`/callback?state=${two.state}`)).body).toBe('null');
    expect(reasons(app)).toEqual(['session', 'session']);
  });

  it('is not finished by a user who logged in meanwhile, where a visitor began it', async () => {
    const app = await loginKit();
    const browser = app.browser();
    const { state } = await begin(browser);
    await browser.login('alice');
    expect((await browser.post(`/callback?state=${state}`)).body).toBe('null');
    expect(reasons(app)).toEqual(['session']);
  });

  it('is no matter of anonymous sessions: a cart that begins in another tab harms no login', async () => {
    const app = await loginKit({
      routes: (routes, sessions) =>
        routes.on('POST', '/cart', async (req, res) => {
          await sessions.of(req).stored.set('cart', [1]);
          res.end();
        }),
    });
    const browser = app.browser();
    const { state } = await begin(browser);
    await browser.post('/cart');
    expect((await browser.post(`/callback?state=${state}`)).body).toContain(state);
  });

  it('of one user is not finished in the browser of another', async () => {
    const app = await loginKit();
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    const { state } = await begin(alice);
    bob.jar.store(`${app.names.login}=${alice.jar.get(app.names.login)}; Path=/`);
    expect((await bob.post(`/callback?state=${state}`)).body).toBe('null');
    expect(reasons(app)).toEqual(['session']);
  });
});

describe('what could not have worked', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'QUERY'])('on %s throws, and names viaPost', async (method) => {
    const app = await loginKit();
    for (const path of ['/begin', '/callback?state=x']) {
      const answer = await app.browser().ask(method, path);
      expect([answer.status, answer.setCookies]).toEqual([500, []]);
      expect(app.errors.at(-1)).toMatchObject({ code: 'ERR_SESSION_WRITE_ON_SAFE_METHOD' });
      expect(app.errors.at(-1)?.message).toContain('sessions.viaPost()');
      expect(app.errors.at(-1)?.message).toMatch(/logins\.test\.ts:\d+\)/);
    }
  });

  it('a login that another site begins is refused, cookie or not', async () => {
    const app = await loginKit();
    const answer = await app.browser().post('/begin', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect([answer.body, answer.setCookies]).toEqual(['ERR_CROSS_SITE', []]);
  });

  it('with an issuer that is none, or the response of somebody else, throws', async () => {
    const app = await loginKit({
      routes(routes, sessions) {
        routes.on('POST', '/odd', (req, res) => sessions.beginLogin(req, res, { issuer: 7 as unknown as string }));
        routes.on('POST', '/other', (req, res) => sessions.beginLogin(req, Object.create(res)));
      },
    });
    expect((await app.browser().post('/odd')).body).toBe('ERR_INVALID_ARGUMENT');
    expect((await app.browser().post('/other')).body).toBe('ERR_NO_CONTEXT');
  });

  it('says nothing of what it holds, in errors, events or logs', async () => {
    const app = await loginKit();
    const browser = app.browser();
    const { state, nonce, codeVerifier } = await begin(browser);
    await browser.post(`/callback?state=${state}&iss=x&iss=y`);
    await browser.get(`/callback?state=${state}`);
    const told = JSON.stringify([app.events, app.errors.map(({ message }) => message)]);
    for (const secret of [state, nonce, codeVerifier]) expect(told).not.toContain(secret);
  });
});

it('throws for an option that it does not know: a misspelt issuer would let anybody answer', async () => {
  const app = await startKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/begin', (req, res) => sessions.beginLogin(req, res, { iss: 'https://id.example' } as object)),
  });
  const answer = await app.browser().post('/begin');
  expect([answer.body, answer.setCookies]).toEqual(['ERR_INVALID_OPTION', []]);
  expect(app.errors[0]?.message).toContain('issuer, returnTo');
});
