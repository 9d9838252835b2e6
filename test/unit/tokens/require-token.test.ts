/** The wall for service tokens, over real HTTP: who passes, what others are answered, and what never leaves. */
import { StoreUnavailableError } from '../../../lib/errors.js';
import type { VerifiedToken } from '../../../lib/tokens/http/require-token.js';
import { Gate } from '../../helpers/gate.js';
import { FRAMEWORKS, type KitApp } from '../../helpers/kit-app.js';
import { type Answer, send } from '../../helpers/send.js';
import { type GateSetting, HOLDER, OTHER_TOKEN, startGate, TOKEN } from '../../helpers/token-gate.js';

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const ask = ({ port }: KitApp, path = '/api', headers: Record<string, string> = bearer(TOKEN)) =>
  send(port, 'GET', path, headers);

/** GET and POST /api say whose token it is, /api/read needs a scope that the token has, /api/write one it has not. */
function startApi(setting: Partial<GateSetting> = {}) {
  return startGate({
    routes(app, wall, { sessions, of }) {
      for (const [path, scope] of [
        ['/api', undefined],
        ['/api/read', 'read'],
        ['/api/write', 'write'],
      ] as const) {
        const passed = wall(scope);
        app.on('*', path, (req, res, next) =>
          passed(req, res, (error) => {
            if (error) return next(error);
            const { active, subject, inactiveBecause } = sessions.of(req);
            res.end(JSON.stringify({ holder: of(req), session: { active, subject, inactiveBecause } }));
          }),
        );
      }
    },
    ...setting,
  });
}

const holderIn = ({ body }: Answer) => (JSON.parse(body) as { holder: VerifiedToken }).holder;

describe.each(FRAMEWORKS)('requireToken() on %s', (framework) => {
  it('lets a valid token pass, and says whose it is', async () => {
    const app = await startApi({ framework });
    const answer = await ask(app, '/api/read');
    expect([answer.status, holderIn(answer)]).toEqual([200, HOLDER]);
  });

  it('refuses a token without the scope, and every other one', async () => {
    const app = await startApi({ framework });
    expect((await ask(app, '/api/write')).status).toBe(403);
    expect((await ask(app, '/api', bearer(OTHER_TOKEN))).status).toBe(401);
  });
});

describe('the answer', () => {
  it('is private, and names the header it depends on', async () => {
    const app = await startApi();
    const { headers, setCookies } = await ask(app);
    expect(headers['cache-control']).toBe('private, no-store');
    expect(headers.vary).toBe('Cookie, Authorization');
    expect(setCookies).toEqual([]);
  });

  it('is private though the route says otherwise, and on declared routes', async () => {
    const app = await startApi({
      options: { public: ['/api'] },
      routes(api, wall, { sessions }) {
        const passed = wall();
        api.on('GET', '/api/report', (req, res, next) =>
          passed(req, res, () => {
            sessions.markPublic(res);
            res.setHeader('Cache-Control', 'public, max-age=600');
            next();
          }),
        );
        api.on('GET', '/api/report', (_req, res) => void res.end('report'));
      },
    });
    const { headers, body } = await ask(app, '/api/report');
    expect([body, headers['cache-control']]).toEqual(['report', 'private, no-store']);
    expect(app.codes()).toEqual(['public.refused', 'cache.violation']);
  });

  it('is private under a URL that caches take for a file, and the token counts', async () => {
    const app = await startApi({
      options: { public: ['/api'] },
      routes(api, wall, { of }) {
        const passed = wall();
        api.on('GET', '/api/report.css', (req, res, next) =>
          passed(req, res, () => {
            res.setHeader('Cache-Control', 'public, max-age=600');
            res.end(of(req).owner);
            next();
          }),
        );
      },
    });
    const { headers, body } = await ask(app, '/api/report.css');
    expect([body, headers['cache-control']]).toEqual(['billing', 'private, no-store']);
  });

  it('is private though it was declared public before, under a URL that caches take for a file', async () => {
    const app = await startApi({
      routes(api, wall, { sessions }) {
        const passed = wall();
        api.on('GET', '/api/report.css', (req, res, next) => {
          sessions.markPublic(res);
          res.setHeader('Cache-Control', 'public, max-age=600');
          passed(req, res, (error) => (error ? next(error) : res.end('report')));
        });
      },
    });
    const { headers, body } = await ask(app, '/api/report.css');
    expect([body, headers['cache-control']]).toEqual(['report', 'private, no-store']);
  });

  it('that caches may keep has left already: nobody passes any more', async () => {
    const app = await startApi({
      options: { public: ['/api'] },
      routes(api, wall, { sessions }) {
        api.on('GET', '/api', (req, res, next) => {
          sessions.markPublic(res);
          res.setHeader('Cache-Control', 'public, max-age=600');
          res.write('begun');
          wall()(req, res, next);
        });
      },
    });
    await ask(app).catch(() => {});
    expect(app.errors).toMatchObject([{ code: 'ERR_RESPONSE_STARTED' }]);
  });

  it.each([
    ['no token', {}, 401, 'Bearer realm="acme", scope="read"'],
    ['another scheme', { Authorization: 'Basic YTpi' }, 401, 'Bearer realm="acme", scope="read"'],
    ['no token of this kind', bearer('abc'), 401, 'Bearer realm="acme", error="invalid_token", scope="read"'],
    ['a wrong checksum', bearer(`${TOKEN}no`), 401, 'Bearer realm="acme", error="invalid_token", scope="read"'],
    ['an unknown token', bearer(OTHER_TOKEN), 401, 'Bearer realm="acme", error="invalid_token", scope="read"'],
  ])('to %s is private and says how to come in', async (_what, headers, status, challenge) => {
    const app = await startApi();
    const answer = await ask(app, '/api/read', headers as Record<string, string>);
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([status, challenge]);
    expect(answer.headers['cache-control']).toBe('private, no-store');
    expect(answer.headers.vary).toContain('Authorization');
    expect(answer.setCookies).toEqual([]);
  });

  it('to what is mistyped is given without looking anything up', async () => {
    const verify = jest.fn(async () => HOLDER);
    const app = await startApi({ verify });
    for (const text of [
      'abc',
      `${TOKEN}x`,
      TOKEN.slice(0, -1),
      `acme_${'x'.repeat(36)}`,
      TOKEN.replace('acme', 'other'),
    ]) {
      expect((await ask(app, '/api', bearer(text))).status).toBe(401);
    }
    expect(verify).not.toHaveBeenCalled();
  });

  it('is the same to the byte for every token that is not valid', async () => {
    const app = await startApi({ verify: async () => null });
    const [known, unknown] = [await ask(app), await ask(app, '/api', bearer(OTHER_TOKEN))];
    const undated = ({ raw }: Answer) => raw.replace(/Date\n.*\n/, '');
    expect(undated(known)).toBe(undated(unknown));
  });

  it('to a token without the scope names the scope', async () => {
    const app = await startApi();
    const { headers } = await ask(app, '/api/write');
    expect(headers['www-authenticate']).toBe('Bearer realm="acme", error="insufficient_scope", scope="write"');
  });

  it('is 503 with Retry-After where nobody can know', async () => {
    const app = await startApi({ verify: () => Promise.reject(new StoreUnavailableError('away')) });
    const { status, headers } = await ask(app);
    expect([status, headers['retry-after'], headers['cache-control']]).toEqual([503, '1', 'private, no-store']);
  });

  it('is an error of the app for a failure that is no outage', async () => {
    const app = await startApi({ verify: () => Promise.reject(new TypeError('broken')) });
    expect((await ask(app)).status).toBe(500);
    expect(app.errors).toMatchObject([{ message: 'broken' }]);
  });
});

describe('where a token is looked for', () => {
  it('in a header of its own that was configured, and Vary names it', async () => {
    const app = await startApi({ headers: ['x-api-key'] });
    const answer = await ask(app, '/api', { 'X-Api-Key': TOKEN });
    expect([answer.status, answer.headers.vary]).toEqual([200, 'Cookie, X-Api-Key']);
    expect((await ask(app, '/api', { 'X-Other': TOKEN })).status).toBe(401);
  });

  it('is in no header that was not configured, in no cookie and in no form', async () => {
    const app = await startApi();
    expect((await ask(app, '/api', { 'X-Api-Key': TOKEN })).status).toBe(401);
    expect((await ask(app, '/api', { Cookie: `token=${TOKEN}` })).status).toBe(401);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await send(app.port, 'POST', '/api', form, `access_token=${TOKEN}`)).status).toBe(401);
  });

  it('the same one twice counts as one; of two different ones none is guessed', async () => {
    const app = await startApi({ headers: ['x-api-key'], verify: async () => HOLDER });
    expect((await ask(app, '/api', { ...bearer(TOKEN), 'X-Api-Key': TOKEN })).status).toBe(200);
    const { status, headers } = await ask(app, '/api', { ...bearer(TOKEN), 'X-Api-Key': OTHER_TOKEN });
    expect([status, headers['www-authenticate']]).toEqual([400, 'Bearer realm="acme", error="invalid_request"']);
    expect(app.codes()).toEqual(['credentials.mismatch']);
  });

  it.each([
    ['the query', `/api?access_token=${TOKEN}`],
    ['the path', `/api/read/..;x=${TOKEN}/../../api`],
    ['an encoded query', `/api?a=${TOKEN.replace('acme_', '%61cme%5f')}`],
    ['a query encoded twice', `/api?a=${TOKEN.replace('acme_', '%2561cme_')}`],
    ['the middle of something', `/api?a=xacme_acme_${TOKEN}xyz`],
    ['the end of what looks like another one', `/api?a=acme_${'x'.repeat(32)}${TOKEN}`],
  ])('in %s it is refused, though a good one came as well', async (_where, path) => {
    const app = await startApi({
      options: { deception: 'insecureOff' },
      routes(api, wall) {
        api.use((req, res, next) => wall()(req, res, next));
      },
    });
    const { status, body, headers } = await ask(app, path);
    expect([status, headers['cache-control']]).toEqual([400, 'private, no-store']);
    expect(body).not.toContain(TOKEN);
    expect(app.events.filter(({ code }) => code === 'token.in_url')).toMatchObject([
      { severity: 'warn', detail: { token: 'lookupid' } },
    ]);
    expect(JSON.stringify(app.events)).not.toContain(TOKEN.slice(13));
  });

  it('in the part of the path that a router has taken off it is refused', async () => {
    const app = await startApi({
      routes(api, wall) {
        api.use((req, res, next) => {
          req.url = '/';
          wall()(req, res, next);
        });
      },
    });
    expect((await ask(app, `/mounted/${TOKEN}/api`)).status).toBe(400);
  });

  it('something else in a URL that only looks like one is no token', async () => {
    const app = await startApi();
    expect((await ask(app, `/api?a=acme_${'x'.repeat(36)}`)).status).toBe(200);
    expect(app.codes()).toEqual([]);
  });
});

describe('beside a session', () => {
  it('there is none: the token is who it is, and the cookies in the browser stay as they are', async () => {
    const app = await startApi();
    const browser = app.browser();
    await browser.login('alice');
    app.clock.advance(4 * 3_600_000);
    const answer = await browser.get('/api', { headers: bearer(TOKEN) });
    expect(JSON.parse(answer.body)).toEqual({
      holder: HOLDER,
      session: { active: false, subject: null, inactiveBecause: 'ambiguous' },
    });
    expect(answer.setCookies).toEqual([]);
    expect(await browser.me()).toMatchObject({ active: true, subject: 'alice' });
  });

  it('none begins either', async () => {
    const app = await startApi({
      routes(api, wall, { sessions }) {
        const passed = wall();
        api.on('POST', '/api', (req, res, next) =>
          passed(req, res, async () => {
            const error = await Promise.resolve()
              .then(() => sessions.of(req).start('billing'))
              .catch((refused) => refused);
            next(error);
          }),
        );
      },
    });
    const { status, body, setCookies } = await send(app.port, 'POST', '/api', bearer(TOKEN));
    expect([status, body, setCookies]).toEqual([400, 'ERR_AMBIGUOUS_CREDENTIALS', []]);
  });

  it('a session alone is no token', async () => {
    const app = await startApi();
    const browser = app.browser();
    await browser.login('alice');
    expect((await browser.get('/api')).status).toBe(401);
  });
});

describe('tokens.of()', () => {
  it('throws where no requireToken() stands in front', async () => {
    const app = await startApi({
      routes(api, _wall, { of }) {
        api.on('GET', '/open', (req, res) => void res.end(of(req).owner));
      },
    });
    const { status, body } = await ask(app, '/open');
    expect([status, body]).toEqual([500, 'ERR_NO_TOKEN']);
  });

  it('throws for a copy of the request, and once the response has ended', async () => {
    const late: { of?: () => VerifiedToken; copy?: () => VerifiedToken } = {};
    const app = await startApi({
      routes(api, wall, { of }) {
        const passed = wall();
        api.on('GET', '/api', (req, res, next) =>
          passed(req, res, () => {
            late.of = () => of(req);
            late.copy = () => of(Object.create(req));
            const { owner } = of(req);
            let copied = '';
            try {
              late.copy();
            } catch (error) {
              copied = (error as { code: string }).code;
            }
            res.end(`${owner} ${copied}`);
            next();
          }),
        );
      },
    });
    expect((await ask(app)).body).toBe('billing ERR_NO_TOKEN');
    expect(late.of).toThrow(expect.objectContaining({ code: 'ERR_CONTEXT_CLOSED' }));
  });

  it('never answers for another request: two at once, each its own', async () => {
    const gate = new Gate();
    const app = await startApi({
      ending: () => gate.open(),
      async verify(text) {
        if (text === OTHER_TOKEN) await gate.wait();
        return { ...HOLDER, owner: text === TOKEN ? 'billing' : 'shipping' };
      },
    });
    const held = ask(app, '/api', bearer(OTHER_TOKEN));
    await gate.reached;
    expect(holderIn(await ask(app)).owner).toBe('billing');
    gate.open();
    expect(holderIn(await held).owner).toBe('shipping');
  });
});

it('a request that ended while its token was looked up goes nowhere', async () => {
  const gate = new Gate();
  const passed = jest.fn();
  const ended = new Gate();
  const app = await startApi({
    verify: async () => {
      await gate.wait();
      return HOLDER;
    },
    routes(api, wall) {
      api.on('GET', '/api', (req, res, next) => {
        res.once('close', () => setImmediate(() => ended.open()));
        wall()(req, res, () => {
          passed();
          next();
        });
      });
    },
  });
  const answer = ask(app).catch(() => 'gone');
  await gate.reached;
  app.server.closeAllConnections();
  await ended.wait();
  gate.open();
  await answer;
  expect(passed).not.toHaveBeenCalled();
});

it.each([
  ['valid', HOLDER],
  ['not valid', null],
])('a request that was answered while its token was looked up goes nowhere: %s', async (_what, holder) => {
  const gate = new Gate();
  const passed = jest.fn();
  const unhandled = jest.fn();
  process.on('unhandledRejection', unhandled);
  const app = await startApi({
    verify: async () => {
      await gate.wait();
      return holder;
    },
    routes(api, wall) {
      api.on('GET', '/api', (req, res) => {
        void gate.reached.then(() => {
          res.writeHead(503, { 'Content-Length': '4' });
          res.write('la');
          gate.open();
          setImmediate(() => res.end('te'));
        });
        wall()(req, res, passed);
      });
    },
  });
  expect(await ask(app)).toMatchObject({ status: 503, body: 'late' });
  process.off('unhandledRejection', unhandled);
  expect([passed.mock.calls, unhandled.mock.calls]).toEqual([[], []]);
});

it('throws where the kit did not see the request', async () => {
  const { TokenGate } = await import('../../../lib/tokens/http/require-token.js');
  const { FORM } = await import('../../helpers/token-gate.js');
  const { recordedEvents } = await import('../../helpers/recorded-events.js');
  const { fakeRequest, fakeResponse } = await import('../../helpers/wire.js');
  const { events } = recordedEvents();
  const gate = new TokenGate({ services: { events }, form: FORM, headers: [], verify: async () => HOLDER });
  const req = fakeRequest({ method: 'GET', url: '/', headers: [] });
  const { res } = fakeResponse(req);
  expect(() => gate.requireToken(undefined)(req, res, () => {})).toThrow(
    expect.objectContaining({ code: 'ERR_NO_CONTEXT' }),
  );
});
