/** viaPost(): logins that come by a link, or from another site, end in a POST of this site all the same. */
import { once } from 'node:events';
import { request, type ServerResponse } from 'node:http';
import express from 'express';
import express4 from 'express4';
import helmet from 'helmet';
import { deferred, settled } from '../../helpers/deferred.js';
import { type App, FRAMEWORKS, type KitApp, type KitSetting, parameter, startKit } from '../../helpers/kit-app.js';
import { PACKED } from '../../helpers/kit-browser.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const CROSS = { ...FORM, 'sec-fetch-site': 'cross-site', origin: 'https://id.example' };

/** /magic (a button) and /callback (auto) call start(); both count how often their handler ran. */
async function postKit(setting: KitSetting = {}): Promise<KitApp & { handled(): number }> {
  let handled = 0;
  const app = await startKit({
    ...setting,
    routes(routes, sessions) {
      setting.routes?.(routes, sessions);
      const login = (path: string, auto: boolean) => {
        routes.on('*', path, sessions.viaPost({ auto }));
        routes.on('*', path, async (req, res) => {
          handled++;
          if (auto) sessions.loginAttempt(req);
          await sessions.of(req).start(parameter(req, 'as') || 'alice');
          res.end(JSON.stringify((req as { body?: unknown }).body ?? null));
        });
      };
      login('/magic', false);
      login('/callback', true);
      routes.on('POST', '/begin', (req, res) => res.end(sessions.beginLogin(req, res).state));
    },
  });
  return { ...app, handled: () => handled };
}

const hidden = (body: string) =>
  [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name, value = '']) => [
    name,
    value.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  ]);

describe.each(FRAMEWORKS)('%s', (framework) => {
  it('answers GET and HEAD with a page that posts, and spends nothing', async () => {
    const app = await postKit({ framework });
    for (const path of ['/magic?token=t', '/callback?code=c&state=s']) {
      const page = await app.browser().get(path);
      expect([page.status, page.setCookies, page.headers['content-type']]).toEqual([
        200,
        [],
        'text/html; charset=utf-8',
      ]);
      expect(page.body).toContain('<form method="post"><button type="submit">Continue</button></form>');
      expect(page.body).not.toContain('action');
      const head = await app.browser().ask('HEAD', path);
      expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', String(page.body.length)]);
    }
    expect([app.handled(), app.codes()]).toEqual([0, []]);
  });

  it('lets the POST of its page pass, and logs in', async () => {
    const app = await postKit({ framework });
    const browser = app.browser();
    const headers = { ...FORM, 'sec-fetch-site': 'same-origin', origin: 'null' };
    const answer = await browser.post('/magic?token=t&as=ada', { headers });
    expect([answer.status, JSON.parse(answer.body), (await browser.me()).subject]).toEqual([200, {}, 'ada']);
  });

  it('reads a form itself where no parser did, and leaves it to the parser that did or will', async () => {
    for (const parser of [null, express.urlencoded({ extended: true }), express4.urlencoded({ extended: true })]) {
      const app = await postKit({
        framework,
        routes: (routes) => void (parser && routes.use(parser as never)),
      });
      const body = 'state=a%20b&code=c&code=d&__proto__=x&%F0%9F%98%80=%26';
      const read = await app.browser().post('/magic', { headers: FORM, body });
      const own = JSON.parse(read.body) as Record<string, unknown>;
      expect([own.state, own.code, own['\u{1f600}']]).toEqual(['a b', ['c', 'd'], '&']);
      const page = await app.browser().post('/callback', { headers: CROSS, body });
      expect(hidden(page.body)).toEqual([['state', 'a b']]);
    }
  });

  it.each([
    ['express 5', express.urlencoded({ extended: true })],
    ['express 4', express4.urlencoded({ extended: true })],
  ])('reads a form that the parser of %s, mounted behind it, then leaves alone', async (_which, parser) => {
    const app = await startKit({
      framework,
      routes(routes, sessions) {
        routes.on('*', '/late', sessions.viaPost());
        routes.use(parser as never);
        routes.on('*', '/late', (req, res) => res.end(JSON.stringify((req as { body?: unknown }).body)));
      },
    });
    expect((await app.browser().post('/late', { headers: FORM, body: 'code=c' })).body).toBe('{"code":"c"}');
    const json = { headers: { 'content-type': 'application/json' }, body: '{}' };
    expect((await app.browser().post('/late', json)).status).toBe(200);
  });

  it('takes GET, HEAD and POST only, by the method on the wire', async () => {
    const app = await postKit({ framework });
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY']) {
      const answer = await app.browser().ask(method, '/magic', { headers: { 'x-http-method-override': 'POST' } });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
    }
    expect(app.handled()).toBe(0);
  });
});

it('goes by the method on the wire where a method-override was mounted before', async () => {
  const app = await postKit({
    before: (routes: App) =>
      routes.use((req, _res, next) => {
        Object.assign(req, { originalMethod: req.method, method: 'POST' });
        next();
      }),
  });
  expect((await app.browser().get('/magic')).body).toContain('<form');
  expect(app.handled()).toBe(0);
});

describe('the page', () => {
  it("is no cache's, no frame's and no other site's to know of, whatever the app's headers said", async () => {
    const app = await postKit({
      routes(routes) {
        routes.use(helmet() as never);
        routes.use((_req, res, next) => {
          res.setHeader('Cache-Control', 'private, max-age=60');
          res.setHeader('ETag', '"x"');
          res.setHeader('Content-Security-Policy-Report-Only', "form-action 'self'");
          next();
        });
      },
    });
    const { headers, body } = await app.browser().get('/callback?code=secret&state=s');
    expect(headers).toMatchObject({
      'cache-control': PACKED,
      'referrer-policy': 'strict-origin',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      vary: 'Cookie',
      'strict-transport-security': expect.any(String),
    });
    expect(headers).not.toHaveProperty('etag');
    expect(headers).not.toHaveProperty('content-security-policy-report-only');
    const policy = String(headers['content-security-policy']);
    expect(policy.split('; ').slice(0, 3)).toEqual(["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]);
    expect(policy).not.toContain('form-action');
    expect(body).not.toContain('secret');
  });

  it('is private on a route that is declared public, and in spite of markPublic()', async () => {
    const app = await postKit({
      options: { public: '/magic' },
      routes: (routes, sessions) => routes.use((_req, res, next) => next(void sessions.markPublic(res))),
    });
    expect((await app.browser().get('/magic')).headers['cache-control']).toBe(PACKED);
  });

  it('allows by hash just the style and the script that it has, and without auto no script', async () => {
    const app = await postKit();
    const { createHash } = jest.requireActual<typeof import('node:crypto')>('node:crypto');
    const hashOf = (inline = '') => `'sha256-${createHash('sha256').update(inline).digest('base64')}'`;
    const auto = await app.browser().get('/callback');
    const button = await app.browser().get('/magic');
    for (const { headers, body } of [auto, button]) {
      const style = /<style>([\s\S]*)<\/style>/.exec(body)?.[1];
      expect(headers['content-security-policy']).toContain(`style-src ${hashOf(style)}`);
    }
    const script = /<script>([\s\S]*)<\/script>/.exec(auto.body)?.[1];
    expect(auto.headers['content-security-policy']).toContain(`script-src ${hashOf(script)}`);
    expect(button.headers['content-security-policy']).not.toContain('script-src');
    expect(button.body).not.toContain('<script');
  });

  it('posts by itself, but not while it is only prerendered', async () => {
    const app = await postKit();
    const script = /<script>([\s\S]*)<\/script>/.exec((await app.browser().get('/callback')).body)?.[1] ?? '';
    const submitted: string[] = [];
    const listeners: (() => void)[] = [];
    const page = (prerendering: boolean) => ({
      prerendering,
      forms: [{ submit: () => submitted.push(prerendering ? 'late' : 'at once') }],
      addEventListener: (name: string, listener: () => void) =>
        void (name === 'prerenderingchange' && listeners.push(listener)),
    });
    new Function('document', script)(page(true));
    expect(submitted).toEqual([]);
    listeners[0]?.();
    new Function('document', script)(page(false));
    expect(submitted).toEqual(['late', 'at once']);
  });

  it('can be read and used without script or style', async () => {
    const { body } = await (await postKit()).browser().get('/callback');
    expect(body).toMatch(/^<!doctype html>\n<html lang="en">/);
    for (const part of ['<title>Continue</title>', '<meta charset="utf-8">', '<h1>', '<button type="submit">']) {
      expect(body).toContain(part);
    }
    expect(body).not.toMatch(/(?:src|href|url)\s*[=(]/);
  });

  it('is a constant: nothing of the request is in it', async () => {
    const app = await postKit();
    const one = await app.browser().get('/magic');
    const two = await app.browser().get('/magic?<script>alert(1)</script>&token="><img>');
    expect(two.body).toBe(one.body);
  });
});

describe("another site's POST", () => {
  it('gets the page, with what identity providers send as hidden fields, and nothing else', async () => {
    const app = await postKit();
    const fields = {
      code: 'c',
      state: 's',
      iss: 'https://id.example',
      id_token: 't',
      user: '{"name":"A"}',
      error: 'e',
    };
    const saml = { SAMLResponse: 'PD94\r\nbWw=', RelayState: '/x' };
    const body = String(new URLSearchParams({ ...fields, ...saml, evil: 'x', return_to: '//evil.example' }));
    const page = await app.browser().post('/callback', { headers: CROSS, body });
    expect(page.headers['cache-control']).toBe(PACKED);
    expect(Object.fromEntries(hidden(page.body))).toEqual({ ...fields, ...saml });
    expect([app.handled(), page.setCookies]).toEqual([0, []]);
  });

  it.each([
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '</form><form action=//evil.example>',
    '&quot;&#34;',
  ])('with HTML in its fields puts text into them, no markup: %p', async (html) => {
    const app = await postKit();
    const plain = await app.browser().post('/callback', { headers: CROSS, body: 'state=x' });
    const page = await app
      .browser()
      .post('/callback', { headers: CROSS, body: String(new URLSearchParams({ state: html })) });
    const markup = (body: string) => body.replace(/[^<>"']/g, '');
    expect(markup(page.body)).toBe(markup(plain.body));
    expect(hidden(page.body)).toEqual([['state', html]]);
  });

  it.each([
    ['a sibling', { 'sec-fetch-site': 'same-site', origin: 'https://id.shop.example' }],
    ['an Origin alone', { origin: 'https://id.example' }],
    ['a null Origin', { origin: 'null' }],
    ['a Referer alone', { referer: 'https://id.example/login' }],
    [
      'a trusted origin, which brings no cookies either',
      { 'sec-fetch-site': 'cross-site', origin: 'https://id.example' },
    ],
  ])('is one with %s', async (_what, headers) => {
    const app = await postKit({ options: { csrf: { trustedOrigins: ['https://id.example'] } } });
    const page = await app.browser().post('/magic', { headers: { ...FORM, ...headers }, body: 'code=c' });
    expect([hidden(page.body), app.handled()]).toEqual([[['code', 'c']], 0]);
  });

  it('with a form that is too large, or none that could be read, harms nobody', async () => {
    const app = await postKit();
    const large = `code=${'x'.repeat(100 * 1024)}`;
    const ask = (headers: Record<string, string>, body?: string) =>
      app.browser().post('/callback', { headers: { ...CROSS, ...headers }, ...(body !== undefined && { body }) });
    expect((await ask({}, large)).status).toBe(413);
    expect((await ask({ 'transfer-encoding': 'chunked' }, large)).status).toBe(413);
    for (const headers of [{ 'content-type': 'text/plain' }, { 'content-type': '' }, { 'content-encoding': 'gzip' }]) {
      const page = await ask(headers, 'code=c');
      expect([page.status, hidden(page.body)]).toEqual([200, []]);
    }
    expect((await ask({})).status).toBe(200);
    expect(app.handled()).toBe(0);
  });
});

describe('a login forced from another site', () => {
  it("by a link with the attacker's code ends in ERR_LOGIN_UNSOLICITED, though the page posted by itself", async () => {
    const app = await postKit();
    const [victim, attacker] = [app.browser(), app.browser()];
    const state = (await attacker.post('/begin')).body;
    const path = `/callback?code=attackers&state=${state}&as=attacker`;
    expect((await victim.get(path)).body).toContain('<form');
    const answer = await victim.post(path, { headers: { ...FORM, 'sec-fetch-site': 'same-origin' } });
    expect([answer.status, answer.body, answer.setCookies]).toEqual([403, 'ERR_LOGIN_UNSOLICITED', []]);
    expect(app.errors[0]?.message).toContain('sessions.loginAttempt(req)');
    expect((await victim.me()).active).toBe(false);
    expect(app.events).toEqual([expect.objectContaining({ code: 'login.refused', severity: 'warn' })]);
  });

  it('by a form gets no further than the page', async () => {
    const app = await postKit();
    const victim = app.browser();
    const page = await victim.post('/magic?as=attacker', { headers: CROSS, body: 'code=attackers' });
    expect([page.body.includes('<form'), app.handled(), (await victim.me()).active]).toEqual([true, 0, false]);
  });

  it('does not end the session that is there', async () => {
    const app = await postKit();
    const alice = app.browser();
    await alice.login('alice');
    await alice.post('/callback?code=attackers&state=x&as=attacker', { headers: FORM });
    expect((await alice.me()).subject).toBe('alice');
  });

  it('gives out no token either', async () => {
    const app = await startKit({
      routes(routes, sessions) {
        routes.on('*', '/issue', sessions.viaPost({ auto: true }));
        routes.on('POST', '/issue', async (req, res) => res.end((await sessions.of(req).issueToken('mallory')).token));
      },
    });
    expect((await app.browser().post('/issue?state=x', { headers: FORM })).body).toBe('ERR_LOGIN_UNSOLICITED');
  });

  it('is not what the user who began it meets', async () => {
    const app = await postKit();
    const browser = app.browser();
    const state = (await browser.post('/begin')).body;
    const answer = await browser.post(`/callback?state=${state}&as=ada`, { headers: FORM });
    expect([answer.status, (await browser.me()).subject]).toEqual([200, 'ada']);
  });
});

it('goes nowhere if the client left while its form was read', async () => {
  const app = await postKit();
  const { request } = jest.requireActual<typeof import('node:http')>('node:http');
  const closed = new Promise<void>((resolve) => {
    app.server.once('request', (_req, res) => res.once('close', () => setImmediate(resolve)));
  });
  const headers = { ...FORM, 'content-length': '100' };
  const outgoing = request({ host: '127.0.0.1', port: app.port, method: 'POST', path: '/magic', headers });
  outgoing.on('error', () => undefined);
  app.server.once('request', () => outgoing.destroy());
  outgoing.write('code=');
  await closed;
  expect([app.handled(), app.errors]).toEqual([0, []]);
});

it('keeps the asynchronous context while it reads a form', async () => {
  const app = await postKit({ options: { strictContext: true } });
  const answers = await Promise.all(
    ['ada', 'bob'].map((as) => app.browser().post(`/magic?as=${as}`, { headers: FORM, body: 'code=c' })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(app.codes()).toEqual(['session.started', 'session.started']);
});

it('is called, not handed over, and has no other option', async () => {
  const { sessions } = await postKit();
  expect(() => sessions.viaPost({ automatic: true } as never)).toThrow('automatic');
  expect(() => sessions.viaPost({ auto: 'yes' } as never)).toThrow('auto');
  expect(() => (sessions.viaPost as unknown as (...args: unknown[]) => void)({ url: '/' }, {}, () => {})).toThrow(
    'url',
  );
});

it('with another page further on, a login that nobody asked for stays one', async () => {
  const app = await startKit({
    routes(routes, sessions) {
      routes.on('*', '/callback', sessions.viaPost({ auto: true }));
      routes.on('*', '/callback', sessions.viaPost());
      routes.on('*', '/callback', (req, res) =>
        sessions
          .of(req)
          .start('mallory')
          .then(() => res.end()),
      );
    },
  });
  const answer = await app.browser().post('/callback', { headers: { 'sec-fetch-site': 'same-origin' } });
  expect([answer.body, answer.setCookies]).toEqual(['ERR_LOGIN_UNSOLICITED', []]);
});

it('leaves a request alone that was answered while its form was read', async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on('unhandledRejection', hear);
  const reading = deferred<ServerResponse>();
  const app = await postKit({
    before: (routes) =>
      routes.use((_req, res, next) => {
        next();
        reading.resolve(res);
      }),
  });
  const form = request({ port: app.port, method: 'POST', path: '/magic', headers: CROSS });
  form.on('error', () => undefined).write('code=');
  const res = await reading.promise;
  res.writeHead(503).write('too slow');
  const [answer] = await once(form, 'response');
  form.end('c');
  await once(res.req, 'end');
  await settled();
  process.off('unhandledRejection', hear);
  answer.destroy();
  expect([unheard, app.handled()]).toEqual([[], 0]);
});
