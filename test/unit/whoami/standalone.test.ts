import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Configuration, FrontendApi } from '@ory/client';
import connect from 'connect';
import express from 'express';
import express4 from 'express4';
import type { SwapproofEvent } from '../../../lib/events.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { type WhoamiMiddleware, whoami } from '../../../lib/whoami/standalone.js';
import type { WhoamiOptions } from '../../../lib/whoami/standalone-options.js';
import { deferred, settled } from '../../helpers/deferred.js';

const PATH = '/sessions/whoami';
const TOKEN = 'the-token-of-alice';

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const open: Server[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function listen(handler: Parameters<typeof createServer>[1]): Promise<number> {
  const server = createServer({ keepAlive: false }, handler);
  open.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

function ask(
  port: number,
  headers: Record<string, string | string[]> = {},
  method = 'GET',
  path = PATH,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method, path, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk) => chunks.push(chunk));
      res.on('end', () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject).end();
  });
}

/** Tokens are `the-token-of-<name>`. */
function setUp(options: Partial<WhoamiOptions> = {}) {
  const clock = fakeClock();
  const asked: string[] = [];
  const middleware = whoami({
    log: false,
    credentials: { cookies: ['sid'], headers: ['X-Session-Token'] },
    resolve: (credentials) => {
      asked.push(credentials.map(({ name, value }) => `${name}=${value}`).join(' '));
      const [, name] = /^the-token-of-(\w+)$/.exec(credentials[0]?.value ?? '') ?? [];
      return name === undefined ? null : { id: `s-${name}`, subject: name };
    },
    identity: (subject) => ({ email: `${subject}@example.com` }),
    clock,
    ...options,
  });
  const events: SwapproofEvent[] = [];
  middleware.on('*', (event) => events.push(event));
  return { clock, asked, middleware, events };
}

const inNode = (middleware: WhoamiMiddleware) =>
  listen((req, res) => middleware(req, res, (error) => res.writeHead(error ? 500 : 299).end('the app')));

describe('whoami() alone', () => {
  it('tells who it is in the shape of a Kratos session', async () => {
    const { middleware } = setUp({
      resolve: () => ({
        id: 's1',
        subject: 'alice',
        issuedAt: Date.UTC(2026, 0, 1),
        authenticatedAt: Date.UTC(2026, 0, 1),
        expiresAt: Date.UTC(2026, 0, 2),
        methods: ['password'],
        token: TOKEN,
      }),
    });
    const { status, body } = await ask(await inNode(middleware), { Cookie: `sid=${TOKEN}` });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      id: 's1',
      active: true,
      expires_at: '2026-01-02T00:00:00.000Z',
      authenticated_at: '2026-01-01T00:00:00.000Z',
      authenticator_assurance_level: 'aal1',
      authentication_methods: [{ method: 'password', completed_at: '2026-01-01T00:00:00.000Z' }],
      issued_at: '2026-01-01T00:00:00.000Z',
      identity: {
        id: 'alice',
        schema_id: 'default',
        schema_url: '',
        state: 'active',
        traits: { email: 'alice@example.com' },
      },
    });
    expect(body).not.toContain(TOKEN);
  });

  it('sends what keeps an answer out of caches, whatever was set before', async () => {
    const { middleware } = setUp();
    const port = await listen((req, res) => {
      res.setHeader('Cache-Control', 'public, max-age=60');
      res.setHeader('Expires', 'Thu, 01 Jan 2099 00:00:00 GMT');
      res.setHeader('Surrogate-Control', 'max-age=60');
      res.setHeader('Vary', 'Origin');
      middleware(req, res, () => res.end());
    });
    for (const headers of [{ Cookie: `sid=${TOKEN}` }, {}]) {
      const answer = await ask(port, headers);
      expect(answer.headers).toMatchObject({
        'cache-control': 'private, no-store',
        'surrogate-control': 'no-store',
        vary: 'Origin, Cookie, x-session-token',
        'content-type': 'application/json; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'content-length': String(Buffer.byteLength(answer.body)),
      });
      expect(answer.headers).not.toHaveProperty('expires');
    }
  });

  it('tells the age in whole seconds', async () => {
    const { middleware, clock } = setUp();
    const port = await inNode(middleware);
    expect((await ask(port, { Cookie: `sid=${TOKEN}` })).headers.age).toBe('0');
    clock.advance(9999);
    expect((await ask(port, { Cookie: `sid=${TOKEN}` })).headers.age).toBe('9');
  });

  it('counts bytes, not characters', async () => {
    const { middleware } = setUp({ identity: () => ({ name: '\u4f60\u597d' }) });
    const { headers, body } = await ask(await inNode(middleware), { Cookie: `sid=${TOKEN}` });
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    expect(JSON.parse(body).identity.traits).toEqual({ name: '\u4f60\u597d' });
  });

  it.each(['GET', 'POST'])('answers %s with the session', async (method) => {
    const { middleware } = setUp();
    const { status, body } = await ask(await inNode(middleware), { 'X-Session-Token': TOKEN }, method);
    expect([status, JSON.parse(body).identity.id]).toEqual([200, 'alice']);
  });

  it('answers HEAD with the head of GET and no body', async () => {
    const { middleware } = setUp();
    const port = await inNode(middleware);
    const get = await ask(port, { Cookie: `sid=${TOKEN}` });
    const head = await ask(port, { Cookie: `sid=${TOKEN}` }, 'HEAD');
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])('refuses %s', async (method) => {
    const { middleware, asked } = setUp();
    const answer = await ask(await inNode(middleware), { Cookie: `sid=${TOKEN}` }, method);
    expect(answer.status).toBe(405);
    expect(answer.headers).toMatchObject({ allow: 'GET, HEAD, POST', 'cache-control': 'private, no-store' });
    expect(asked).toEqual([]);
  });

  it('leaves other paths to the app', async () => {
    const { middleware } = setUp();
    expect((await ask(await inNode(middleware), {}, 'GET', '/account')).status).toBe(299);
  });

  it.each<[string, () => unknown]>([
    ['Express 5', express],
    ['Express 4', express4],
    ['Connect', connect],
  ])('in %s never lets a session out under another name', async (_name, make) => {
    const app = make() as ReturnType<typeof express>;
    const { middleware } = setUp();
    app.use(middleware);
    app.use(PATH, (_req, res) => void res.end('the app'));
    const port = await listen(app);
    for (const path of [
      `${PATH}/x.css`,
      `${PATH}/`,
      `${PATH};x.css`,
      `${PATH}%2Fx.css`,
      `${PATH}%00.css`,
      '/SESSIONS/whoami',
    ]) {
      const answer = await ask(port, { Cookie: `sid=${TOKEN}` }, 'GET', path);
      expect([path, answer.status, answer.headers['cache-control']]).toEqual([path, 404, 'private, no-store']);
      expect(answer.body).not.toContain('alice');
    }
    expect((await ask(port, { Cookie: `sid=${TOKEN}` })).body).toContain('alice');
  });

  it('mounted on its own path is the same', async () => {
    const app = express();
    app.use(PATH, setUp().middleware);
    const port = await listen(app);
    expect((await ask(port, { Cookie: `sid=${TOKEN}` })).status).toBe(200);
    expect((await ask(port, { Cookie: `sid=${TOKEN}` }, 'GET', `${PATH}/x.css`)).status).toBe(404);
  });
});

describe('who is anonymous', () => {
  it('without a credential is told so without asking anybody, in one constant body', async () => {
    const { middleware, asked } = setUp();
    const port = await inNode(middleware);
    const answers = [await ask(port), await ask(port, { Cookie: 'theme=dark; _ga=1' }), await ask(port, {}, 'POST')];
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject({ error: { id: 'session_inactive', code: 401 } });
    expect(asked).toEqual([]);
  });

  it('with an unknown credential gets the same body, which is never cached', async () => {
    const { middleware, asked } = setUp();
    const port = await inNode(middleware);
    const unknown = [await ask(port, { Cookie: 'sid=x' }), await ask(port, { Cookie: 'sid=x' })];
    expect(new Set([...unknown, await ask(port)].map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['two values of one cookie', { Cookie: `sid=${TOKEN}; sid=the-token-of-bob` }],
    ['two values, the second empty', { Cookie: `sid=${TOKEN}; sid=` }],
    ['two values over two lines', { Cookie: [`sid=${TOKEN}`, 'sid=the-token-of-bob'] }],
    ['two values of one header', { 'X-Session-Token': [TOKEN, 'the-token-of-bob'] }],
  ])('with %s is neither the first nor the last', async (_name, headers) => {
    const { middleware, asked, events } = setUp();
    const { status, body } = await ask(await inNode(middleware), headers);
    expect([status, body]).toEqual([401, expect.stringContaining('session_inactive')]);
    expect(asked).toEqual([]);
    expect(events).toMatchObject([{ code: 'cookie.duplicate', detail: { different: true } }]);
    expect(JSON.stringify(events)).not.toContain('the-token-of');
  });

  it('identical copies of a cookie count as one, with an event', async () => {
    const { middleware, asked, events } = setUp();
    const { status } = await ask(await inNode(middleware), { Cookie: `sid=${TOKEN}; sid=${TOKEN}` });
    expect([status, asked]).toEqual([200, [`sid=${TOKEN}`]]);
    expect(events).toMatchObject([{ code: 'cookie.duplicate', detail: { name: 'cookie sid', different: false } }]);
  });

  it('two credentials of different names reach resolve together', async () => {
    const { middleware, asked } = setUp();
    const port = await inNode(middleware);
    await ask(port, { Cookie: `sid=${TOKEN}`, 'X-Session-Token': 'the-token-of-bob', Authorization: 'Bearer other' });
    expect(asked).toEqual([`sid=${TOKEN} x-session-token=the-token-of-bob`]);
  });

  it('a credential that nobody here resolves is part of the key all the same', async () => {
    const { middleware, asked } = setUp();
    const port = await inNode(middleware);
    await ask(port, { Cookie: `sid=${TOKEN}` });
    await ask(port, { Cookie: `sid=${TOKEN}`, Authorization: 'Basic YTpi' });
    expect(asked).toHaveLength(2);
    expect((await ask(port, { Authorization: 'Basic YTpi' })).status).toBe(401);
    expect(asked).toHaveLength(2);
  });

  it('with a session that has expired, freshly resolved or cached', async () => {
    const expiresAt = fakeClock().now() + 10_000;
    const { middleware, clock, asked } = setUp({
      resolve: (credentials) => {
        asked.push(credentials[0]?.value ?? '');
        return { id: 's1', subject: 'alice', expiresAt };
      },
    });
    const port = await inNode(middleware);
    expect((await ask(port, { Cookie: `sid=${TOKEN}` })).status).toBe(200);
    clock.advance(10_000);
    expect((await ask(port, { Cookie: `sid=${TOKEN}` })).status).toBe(401);
    expect((await ask(port, { Cookie: `sid=${TOKEN}` })).status).toBe(401);
    expect(asked).toHaveLength(3);
  });

  it.each([null, undefined])('whose identity is %s', async (identity) => {
    const { middleware } = setUp({ identity: () => identity });
    expect((await ask(await inNode(middleware), { Cookie: `sid=${TOKEN}` })).status).toBe(401);
  });
});

describe('what can not be known is 503', () => {
  it.each<[string, Partial<WhoamiOptions>]>([
    [
      'resolve throws',
      {
        resolve: () => {
          throw new Error(TOKEN);
        },
      },
    ],
    ['resolve rejects', { resolve: async () => Promise.reject(new Error(TOKEN)) }],
    ['resolve answers garbage', { resolve: () => ({ id: '', subject: 'alice' }) }],
    ['resolve answers no subject', { resolve: () => ({ id: 's1' }) as never }],
    ['resolve answers true', { resolve: () => true as never }],
    ['an expiry can not be read', { resolve: () => ({ id: 's1', subject: 'alice', expiresAt: Number.NaN }) }],
    [
      'identity throws',
      {
        identity: () => {
          throw new Error(TOKEN);
        },
      },
    ],
    ['identity is no JSON', { identity: () => ({ big: 1n }) }],
    ['the id is the token', { resolve: () => ({ id: TOKEN, subject: 'alice' }) }],
    ['the traits hold the token', { identity: () => ({ token: TOKEN }) }],
  ])('when %s', async (_name, options) => {
    const { middleware, events } = setUp(options);
    const port = await inNode(middleware);
    const answer = await ask(port, { Cookie: `sid=${TOKEN}` });
    expect([answer.status, answer.headers['retry-after'], answer.headers['cache-control']]).toEqual([
      503,
      '1',
      'private, no-store',
    ]);
    expect(events).toMatchObject([{ code: 'store.unavailable' }]);
    expect(JSON.stringify(events) + answer.body).not.toContain(TOKEN);
  });

  it('when resolve takes longer than timeout', async () => {
    let seen: AbortSignal | undefined;
    const { middleware, events } = setUp({
      timeout: 1,
      resolve: (_credentials, { signal }) => {
        seen = signal;
        return new Promise(() => {});
      },
    });
    expect((await ask(await inNode(middleware), { Cookie: `sid=${TOKEN}` })).status).toBe(503);
    expect(seen?.aborted).toBe(true);
    expect(events).toMatchObject([{ code: 'store.unavailable' }]);
  });

  it('after close', async () => {
    const { middleware } = setUp();
    middleware.close();
    expect((await ask(await inNode(middleware), { Cookie: `sid=${TOKEN}` })).status).toBe(503);
  });
});

describe('request directives', () => {
  it('only-if-cached without an entry is 504, and asks nobody', async () => {
    const { middleware, asked } = setUp();
    const port = await inNode(middleware);
    const headers = { Cookie: `sid=${TOKEN}`, 'Cache-Control': 'only-if-cached' };
    expect((await ask(port, headers)).status).toBe(504);
    expect(asked).toEqual([]);
    await ask(port, { Cookie: `sid=${TOKEN}` });
    expect((await ask(port, headers)).status).toBe(200);
    expect((await ask(port, { 'Cache-Control': 'only-if-cached' })).status).toBe(401);
  });

  it('forget makes the next answer fresh', async () => {
    let email = 'old@example.com';
    const { middleware } = setUp({ identity: () => ({ email }) });
    const port = await inNode(middleware);
    await ask(port, { Cookie: `sid=${TOKEN}` });
    email = 'new@example.com';
    expect((await ask(port, { Cookie: `sid=${TOKEN}` })).body).toContain('old@example.com');
    middleware.forget({ subject: 'alice' });
    expect((await ask(port, { Cookie: `sid=${TOKEN}` })).body).toContain('new@example.com');
  });
});

describe('a client that leaves', () => {
  it('ends the load if nobody else waits, and gets nothing', async () => {
    const held = deferred<null>();
    const started = deferred<AbortSignal>();
    const aborted = deferred<void>();
    const { middleware, events } = setUp({
      resolve: (_credentials, { signal }) => {
        signal.addEventListener('abort', () => aborted.resolve(undefined));
        started.resolve(signal);
        return held.promise;
      },
    });
    const port = await inNode(middleware);
    const sent = request({ port, host: '127.0.0.1', path: PATH, headers: { Cookie: `sid=${TOKEN}` }, agent: false });
    sent.on('error', () => {});
    sent.end();
    await started.promise;
    sent.destroy();
    await aborted.promise;
    held.resolve(null);
    await settled();
    expect(events).toEqual([]);
  });
});

describe("@ory/client's toSession", () => {
  const client = (port: number) => new FrontendApi(new Configuration({ basePath: `http://127.0.0.1:${port}` }));

  it('reads the session, by cookie and by token', async () => {
    const api = client(await inNode(setUp().middleware));
    const { data } = await api.toSession({ cookie: `sid=${TOKEN}` });
    expect([data.active, data.identity?.id, data.identity?.traits.email]).toEqual([true, 'alice', 'alice@example.com']);
    const byToken = await api.toSession({ xSessionToken: 'the-token-of-bob' });
    expect(byToken.data.identity?.id).toBe('bob');
  });

  it('meets a 401 without a session', async () => {
    const api = client(await inNode(setUp().middleware));
    await expect(api.toSession()).rejects.toMatchObject({
      response: { status: 401, data: { error: { id: 'session_inactive', code: 401, status: 'Unauthorized' } } },
    });
  });

  it('gets a fresh answer with Cache-Control: max-age=0', async () => {
    const { middleware, asked } = setUp();
    const api = client(await inNode(middleware));
    const cookie = `sid=${TOKEN}`;
    await api.toSession({ cookie });
    await api.toSession({ cookie });
    expect(asked).toHaveLength(1);
    await api.toSession({ cookie }, { headers: { 'Cache-Control': 'max-age=0' } });
    expect(asked).toHaveLength(2);
  });
});

describe('options', () => {
  const resolve = () => null;
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'takes an object'],
    ['no credentials', { resolve }, 'takes an object'],
    ['no names', { credentials: { cookies: [] }, resolve }, 'names no cookie and no header'],
    ['an empty name', { credentials: { cookies: [''] }, resolve }, 'credentials.cookies takes a list of names'],
    ['the cookie header as a whole', { credentials: { headers: ['Cookie'] }, resolve }, 'credentials.cookies'],
    ['no resolve', { credentials: { cookies: ['sid'] } }, 'resolve takes'],
    ['an identity that is none', { credentials: { cookies: ['sid'] }, resolve, identity: {} }, 'identity takes'],
    ['a misspelt option', { credentials: { cookies: ['sid'] }, resolve, maxage: 1 }, 'no option "maxage"'],
    ['no maxAge to speak of', { credentials: { cookies: ['sid'] }, resolve, maxAge: 0 }, 'maxAge takes'],
    ['a path that is none', { credentials: { cookies: ['sid'] }, resolve, path: '/a/' }, 'path takes'],
    ['no room', { credentials: { cookies: ['sid'] }, resolve, cacheEntries: 0 }, 'cacheEntries takes'],
  ])('refuses %s', (_name, options, message) => {
    expect(() => whoami(options as WhoamiOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringContaining(message) }),
    );
  });
});
