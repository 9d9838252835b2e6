/** R1 through the kit: one request, one context, found only through the request itself. */
import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { guard } from '../../../lib/guard.js';
import { getContext, tryGetContext } from '../../../lib/request/context-storage.js';
import { deferred } from '../../helpers/deferred.js';
import { FRAMEWORKS, type Handler, makeKit, startKit } from '../../helpers/kit-app.js';
import { thrownBy } from '../../helpers/thrown.js';

describe.each(FRAMEWORKS)('%s', (framework) => {
  it('gives each of two interleaved requests its own session', async () => {
    const held = deferred<void>();
    const arrived = deferred<void>();
    const app = await startKit({
      framework,
      routes(routes, sessions) {
        routes.on('GET', '/slow', async (req, res) => {
          arrived.resolve();
          await held.promise;
          res.end(sessions.of(req).subject);
        });
      },
    });
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    const slow = alice.get('/slow');
    await arrived.promise;
    expect((await bob.me()).subject).toBe('bob');
    held.resolve();
    expect((await slow).body).toBe('alice');
  });

  it('passes through a second mount of the same kit, and says so once', async () => {
    const app = await startKit({ framework, routes: (routes, sessions) => routes.use(sessions) });
    const alice = app.browser();
    await alice.login('alice');
    expect((await alice.me()).subject).toBe('alice');
    expect(app.codes().filter((code) => code === 'mounted.twice')).toHaveLength(1);
  });

  it('refuses a second kit on the same app', async () => {
    const second = makeKit();
    const app = await startKit({ framework, routes: (routes) => routes.use(second) });
    const answer = await app.browser().get('/me');
    expect([answer.status, answer.body]).toEqual([500, 'ERR_CONTEXT_EXISTS']);
    expect(app.errors[0]?.message).toContain('One request, one swapproof() or guard()');
    await second.close();
  });

  it('refuses guard() and the kit together', async () => {
    const inner = guard({ log: false });
    const app = await startKit({ framework, before: (routes) => routes.use(inner) });
    expect((await app.browser().get('/me')).body).toBe('ERR_CONTEXT_EXISTS');
    inner.close();
  });
});

it('refuses a request object that is used again', async () => {
  let kept: IncomingMessage | undefined;
  const app = await startKit({
    before(routes) {
      routes.use((req, _res, next) => {
        kept ??= req;
        next();
      });
    },
  });
  await app.browser().get('/me');
  const failed = deferred<unknown>();
  const fresh = { once: () => {}, on: () => {} } as unknown as ServerResponse;
  app.sessions(kept as IncomingMessage, fresh, failed.resolve);
  expect(await failed.promise).toMatchObject({ code: 'ERR_CONTEXT_EXISTS' });
});

it('refuses a response object that is used for another request', async () => {
  let first: ServerResponse | undefined;
  const app = await startKit({
    before: (routes) =>
      routes.on('GET', '/second', (req, res) => {
        app.sessions(req, first as ServerResponse, (error) => res.end((error as { code?: string } | undefined)?.code));
      }),
    routes: (routes) =>
      routes.on('GET', '/first', (_req, res) => {
        first = res;
      }),
  });
  const waiting = app.browser().get('/first');
  while (first === undefined) await new Promise(setImmediate);
  expect((await app.browser().get('/second')).body).toBe('ERR_CONTEXT_EXISTS');
  first.end('done');
  await waiting;
});

describe('a wrapper of a request', () => {
  const wrap: Record<string, (req: IncomingMessage) => IncomingMessage> = {
    'Object.create(req)': (req) => Object.create(req),
    'new Proxy(req, {})': (req) => new Proxy(req, {}),
  };

  it.each(Object.keys(wrap))('%s has no session', async (kind) => {
    const codes: unknown[] = [];
    const app = await startKit({
      routes(routes, sessions) {
        routes.on('GET', '/wrapped', (req, res) => {
          const wrapper = wrap[kind]?.(req) as IncomingMessage & { session?: unknown };
          codes.push(thrownBy(() => sessions.of(wrapper)).code);
          codes.push(thrownBy(() => wrapper.session).code);
          res.end();
        });
      },
    });
    const alice = app.browser();
    await alice.login('alice');
    await alice.get('/wrapped');
    expect(codes).toEqual(['ERR_NO_CONTEXT', 'ERR_NO_CONTEXT']);
  });
});

it('has no session for a request that the kit did not see, nor for one of another kit', async () => {
  const other = makeKit();
  const codes: unknown[] = [];
  const app = await startKit({
    before: (routes) =>
      routes.use((req, _res, next) => {
        codes.push(thrownBy(() => other.of(req)).code);
        next();
      }),
    routes: (routes) =>
      routes.on('GET', '/other', (req, res) => {
        codes.push(thrownBy(() => other.of(req)).code);
        res.end();
      }),
  });
  await app.browser().get('/other');
  expect(codes).toEqual(['ERR_NO_CONTEXT', 'ERR_NO_CONTEXT']);
  await other.close();
});

describe('in the asynchronous context of another request', () => {
  /** Two requests: the work of the second runs in the context of the first, as the callbacks of naive pools do. */
  async function crossed(handler: Handler, options = {}) {
    let inFirst: ((work: () => void) => void) | undefined;
    const release = deferred<void>();
    const app = await startKit({
      options,
      routes(routes, sessions) {
        routes.on('GET', '/first', async (_req, res) => {
          inFirst = AsyncResource.bind((work: () => void) => work());
          await release.promise;
          res.end();
        });
        routes.on('*', '/second', (req, res, next) =>
          inFirst?.(() => {
            try {
              handler(Object.assign(req, { sessions }), res, next);
            } catch (error) {
              next(error);
            }
          }),
        );
      },
    });
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    const first = alice.get('/first');
    while (inFirst === undefined) await new Promise(setImmediate);
    const answer = await bob.post('/second');
    release.resolve();
    await first;
    return { app, answer, bob };
  }

  const of = (req: IncomingMessage) =>
    (req as unknown as { session: import('../../../lib/session/session.js').Session }).session;

  it('answers reads from the request, and reports', async () => {
    const { app, answer } = await crossed((req, res) => res.end(of(req).subject));
    expect(answer.body).toBe('bob');
    const mismatch = app.events.find(({ code }) => code === 'context.mismatch');
    expect(mismatch).toMatchObject({ severity: 'critical', route: 'POST /second' });
    expect(mismatch?.detail.line).toMatch(/one-request-one-context\.test\.ts:\d+$/);
  });

  it.each(['start', 'update', 'regenerate', 'reauthenticated', 'destroy'] as const)('refuses %s()', async (method) => {
    const { app, answer, bob } = await crossed((req, res) => {
      const session = of(req);
      const calls = {
        start: () => session.start('mallory'),
        update: () => session.update({ a: 1 }),
        regenerate: () => session.regenerate(),
        reauthenticated: () => session.reauthenticated('bob'),
        destroy: () => session.destroy(),
      };
      void calls[method]();
      res.end('done');
    });
    expect([answer.status, answer.body, answer.setCookies]).toEqual([500, 'ERR_CONTEXT_MISMATCH', []]);
    expect(app.errors[0]?.message).toContain('AsyncResource.bind');
    expect((await bob.me()).subject).toBe('bob');
  });

  it('refuses reads too with strictContext', async () => {
    const { answer } = await crossed((req, res) => res.end(of(req).subject), { strictContext: true });
    expect(answer.body).toBe('ERR_CONTEXT_MISMATCH');
  });
});

describe('getContext()', () => {
  it('names its own request and gives no way to the session', async () => {
    const seen: unknown[] = [];
    const app = await startKit({
      routes: (routes) =>
        routes.on('GET', '/where', async (_req, res) => {
          await Promise.resolve();
          const context = getContext();
          seen.push(context.requestId, context.snapshot(), Object.keys(context).sort());
          res.end();
        }),
    });
    const alice = app.browser();
    await alice.login('alice');
    await alice.get('/where?secret=1');
    const [requestId, snapshot, keys] = seen;
    expect(keys).toEqual(['requestId', 'route', 'snapshot']);
    expect(snapshot).toEqual({ requestId, method: 'GET', route: 'GET /where', startedAt: app.clock.now() });
    expect(Object.isFrozen(snapshot)).toBe(true);
    expect(JSON.stringify(snapshot)).not.toContain(alice.held.session);
  });

  it('throws outside a request, where tryGetContext() answers undefined', () => {
    expect(thrownBy(getContext).code).toBe('ERR_NO_CONTEXT');
    expect(tryGetContext()).toBeUndefined();
  });
});
