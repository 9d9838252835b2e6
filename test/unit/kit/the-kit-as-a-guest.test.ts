/** The kit among other people's code: supertest, req.session, other session libraries, logs, and its end. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import cookieParser from 'cookie-parser';
import session from 'express-session';
import supertest from 'supertest';
import { contextOfRequest } from '../../../lib/request/context-storage.js';
import type { Session } from '../../../lib/session/session.js';
import { sqlite } from '../../../lib/stores/sqlite/index.js';
import { FRAMEWORKS, makeKit, startKit } from '../../helpers/kit-app.js';
import { thrownBy } from '../../helpers/thrown.js';
import { SECRETS } from '../../helpers/tokens.js';

describe.each(FRAMEWORKS)('%s', (framework) => {
  it.each(['the app', 'a listening server'] as const)(
    'a supertest agent of %s logs in, stays in, and posts without an Origin',
    async (what) => {
      const app = await startKit({ framework });
      const agent = supertest.agent(what === 'the app' ? app.handler : app.server);
      await agent.post('/login?as=alice').expect(200);
      for (let time = 0; time < 3; time++) {
        expect((await agent.get('/me').expect(200)).text).toContain('"subject":"alice"');
        expect((await agent.post('/me').expect(200)).text).toContain('"subject":"alice"');
      }
      await agent.get('/sessions/whoami').expect(200);
      await agent.post('/logout').expect(200);
      expect((await agent.get('/me')).text).toContain('"active":false');
      await supertest(app.handler)
        .get('/me')
        .expect(200, /"active":false/);
    },
  );

  it('in production the same agent stays anonymous: it drops Secure cookies on plain http', async () => {
    const app = await startKit({ framework, environment: 'production' });
    const agent = supertest.agent(app.handler);
    const login = await agent.post('/login?as=alice').expect(200);
    expect(String(login.headers['set-cookie'])).toContain('__Host-session=');
    expect((await agent.get('/me')).text).toContain('"active":false');
  });

  it('works destructured', async () => {
    const app = await startKit({
      framework,
      routes(routes, { of, requireSession, markPrivate, returnTo, list, revoke: { subject } }) {
        routes.on('POST', '/all', async (req, res) => {
          markPrivate(res);
          await subject('alice');
          await of(req).start('alice');
          const rows = [];
          for await (const row of list('alice')) rows.push(row.current);
          res.end(`${returnTo(req, '/home')} ${rows}`);
        });
        routes.use(requireSession());
        routes.on('GET', '/inside', (_req, res) => res.end('inside'));
      },
    });
    const alice = app.browser();
    expect((await alice.get('/inside')).status).toBe(401);
    expect((await alice.post('/all')).body).toBe('/home true');
    expect((await alice.get('/inside')).body).toBe('inside');
  });
});

it('is a middleware of length 3', async () => {
  const kit = makeKit();
  expect([typeof kit, kit.length]).toEqual(['function', 3]);
  await kit.close();
});

describe('property', () => {
  const at = (name: string) => (req: IncomingMessage) => (req as unknown as Record<string, Session | undefined>)[name];

  it.each([
    ['session by default', {}, 'session'],
    ['any other name', { property: 'visitor' }, 'visitor'],
  ])('%s', async (_what, options, name) => {
    const app = await startKit({
      options,
      routes: (routes, sessions) =>
        routes.on('GET', '/property', (req, res) => {
          expect(at(name)(req)).toBe(sessions.of(req));
          res.end(`${name === 'session' || !('session' in req)} ${at(name)(req)?.subject}`);
        }),
    });
    const alice = app.browser();
    await alice.login('alice');
    expect((await alice.get('/property')).body).toBe('true alice');
  });

  it('false: nowhere', async () => {
    const app = await startKit({
      options: { property: false },
      routes: (routes) => routes.on('GET', '/property', (req, res) => res.end(String('session' in req))),
    });
    expect((await app.browser().get('/property')).body).toBe('false');
  });

  const library = () => session({ secret: 'k'.repeat(32), resave: false, saveUninitialized: false });

  it('taken by something that came before is an error that says so', async () => {
    const unknown = (req: object, _res: unknown, next: () => void) => {
      Object.assign(req, { session: {} });
      next();
    };
    const app = await startKit({ before: (routes) => routes.use(unknown) });
    expect((await app.browser().get('/me')).body).toBe('ERR_SESSION_PROPERTY_TAKEN');
    expect(app.errors[0]?.message).toContain('property: false');
  });

  it('can be left to a session library that comes after', async () => {
    const app = await startKit({
      options: { property: false },
      routes(routes, sessions) {
        routes.use(library());
        routes.on('GET', '/both', (req, res) => res.end(`${sessions.of(req).subject} ${typeof at('session')(req)}`));
      },
    });
    const alice = app.browser();
    await alice.login('alice');
    expect((await alice.get('/both')).body).toBe('alice object');
  });

  it('is not replaced by what comes after', async () => {
    const app = await startKit({
      before: (routes) => routes.use(cookieParser()),
      routes(routes) {
        routes.on('GET', '/assign', (req) => Object.assign(req, { session: { user: 'bob' } }));
        routes.on('GET', '/define', (req, res) => {
          expect(() => Object.defineProperty(req, 'session', { value: {} })).toThrow(TypeError);
          expect(Reflect.deleteProperty(req, 'session')).toBe(false);
          res.end('kept');
        });
      },
    });
    expect((await app.browser().get('/assign')).body).toBe('ERR_SESSION_PROPERTY_TAKEN');
    expect((await app.browser().get('/define')).body).toBe('kept');
  });

  it('an express-session that comes after stands back, and sets no cookie', async () => {
    const app = await startKit({ routes: (routes) => routes.use(library()) });
    const alice = app.browser();
    await alice.login('alice');
    const answer = await alice.get('/me');
    expect([JSON.parse(answer.body).subject, answer.setCookies]).toEqual(['alice', []]);
  });
});

describe('what a log could show', () => {
  it('of handle, request, kit, context and errors holds nothing secret', async () => {
    const shown: string[] = [];
    const show = (value: unknown) => {
      shown.push(
        inspect(value, { depth: 8, showHidden: true, getters: true }),
        inspect(value, { depth: 8, showProxy: true }),
      );
    };
    const app = await startKit({
      routes(routes, sessions) {
        routes.on('POST', '/show', async (req, res) => {
          const handle = sessions.of(req);
          await handle.start('alice-subject', { note: 'alice-data' });
          const { cookie, ...others } = req.headers;
          show([handle, sessions, contextOfRequest(req), others, getterless(req)]);
          shown.push(JSON.stringify(handle), JSON.stringify({ handle }), `${handle}`, String(JSON.stringify(sessions)));
          show(thrownBy(() => handle.start('')));
          show(thrownBy(() => (handle as unknown as { save(): void }).save()));
          res.end();
        });
      },
    });
    const alice = app.browser();
    await alice.login('alice-subject');
    const before = alice.held;
    await alice.post('/show');
    const secrets = [...SECRETS.slice(0, 1), before.session, alice.held.session, 'alice-data', 'alice-subject'];
    for (const secret of secrets) {
      for (const text of shown) expect(text).not.toContain(secret);
      expect(JSON.stringify(app.events)).not.toContain(secret);
    }
  });

  /** The request's own property; its headers hold what its client sent. */
  function getterless(req: IncomingMessage): object {
    return { session: (req as unknown as { session: unknown }).session };
  }

  it('reading a handle for a log is no read of the session', async () => {
    const app = await startKit({
      options: { public: '/log' },
      routes: (routes) =>
        routes.on('GET', '/log', (req, res) => {
          inspect(req);
          res.setHeader('Cache-Control', 'public, max-age=60');
          res.end();
        }),
    });
    const alice = app.browser();
    await alice.login('alice');
    expect((await alice.get('/log')).headers['cache-control']).toBe('public, max-age=60');
  });
});

it('events tell of sessions by hash only', async () => {
  const app = await startKit();
  const alice = app.browser();
  await alice.login('alice');
  const { id } = await alice.me();
  await alice.post('/logout');
  expect(app.codes()).toEqual(expect.arrayContaining(['session.started', 'session.destroyed', 'revocation.resolved']));
  for (const secret of [id ?? '', alice.held.session || 'none', 'alice'])
    expect(JSON.stringify(app.events)).not.toContain(secret);
});

/** That nothing is left over is looked at in a process without jest's own timers: test/package/handles.test.ts. */
it.each(['memory', 'sqlite'])('close() can be called again: %s', async (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-close-'));
  const kit = makeKit(kind === 'sqlite' ? { store: sqlite(join(folder, 'sessions.db')) } : {});
  await kit.revoke.subject('alice');
  await kit.close();
  await kit.close();
  rmSync(folder, { recursive: true });
});

it('on() adds a listener and takes it off, and a listener that throws harms no request', async () => {
  const app = await startKit();
  const seen: string[] = [];
  const off = app.sessions.on('session.started', ({ code }) => seen.push(code));
  app.sessions.on('*', () => {
    throw new TypeError('listener');
  });
  await app.browser().login('alice');
  off();
  await app.browser().login('bob');
  expect(seen).toEqual(['session.started']);
  expect(app.codes()).toContain('listener.failed');
});
