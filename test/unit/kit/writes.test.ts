/** start, update, regenerate, reauthenticated, destroy: what they refuse, and that nothing hangs or is lost silently. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Session } from '../../../lib/session/session.js';
import { deferred } from '../../helpers/deferred.js';
import { FRAMEWORKS, type Framework, type Kit, startKit } from '../../helpers/kit-app.js';
import { cookiesSet, PACKED } from '../../helpers/kit-browser.js';

type Work = (session: Session, req: IncomingMessage, res: ServerResponse, sessions: Kit) => unknown;

/** POST /work runs it for a browser that is logged in as alice. */
async function working(work: Work, framework: Framework = 'express 5') {
  const app = await startKit({
    framework,
    routes: (routes, sessions) =>
      routes.on('*', '/work', async (req, res) => {
        await work(sessions.of(req), req, res, sessions);
        if (!res.writableEnded) res.end('done');
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  return { app, alice, answer: () => alice.post('/work') };
}

describe.each(FRAMEWORKS)('%s', (framework) => {
  it.each(['start', 'update', 'regenerate', 'reauthenticated', 'destroy'] as const)(
    '%s() after the response began throws at once',
    async (name) => {
      let code: unknown;
      const { app, answer } = await working((session, _req, res) => {
        res.write('begun');
        try {
          void call(session, name);
        } catch (error) {
          code = (error as { code: string }).code;
          expect((error as Error).message).toMatch(
            new RegExp(`session.${name}\\(\\) in POST /work \\(.*writes.test.ts:\\d+\\)`),
          );
        }
      }, framework);
      await answer();
      expect(code).toBe('ERR_RESPONSE_STARTED');
      expect(app.errors).toEqual([]);
    },
  );

  it.each(['start', 'update', 'regenerate', 'destroy'] as const)(
    '%s() that nobody awaits is reported with its line, and ends no process',
    async (name) => {
      const { app, answer } = await working((session) => void call(session, name), framework);
      const { setCookies } = await answer();
      expect(setCookies.filter((line) => line.startsWith(app.names.session))).toEqual([]);
      const lost = app.events.find(({ code }) => code === 'session.write.lost');
      expect(lost).toMatchObject({ severity: 'warn', route: 'POST /work', detail: { operation: name } });
      expect(lost?.detail.line).toMatch(/writes\.test\.ts:\d+$/);
      await unheardRejections();
    },
  );
});

function call(
  session: Session,
  name: 'start' | 'update' | 'regenerate' | 'reauthenticated' | 'destroy',
): Promise<void> {
  if (name === 'start') return session.start('bob');
  if (name === 'update') return session.update({ a: 1 });
  if (name === 'reauthenticated') return session.reauthenticated('alice');
  return session[name]();
}

/** jest fails a test in which a promise rejects and nobody hears; time enough for that. */
async function unheardRejections(): Promise<void> {
  for (let tick = 0; tick < 20; tick++) await new Promise(setImmediate);
}

it('identity() that nobody awaits ends no process', async () => {
  const app = await startKit({
    options: { identity: () => Promise.reject(new TypeError('away')) },
    routes: (routes, sessions) =>
      routes.on('GET', '/work', (req, res) => {
        void sessions.of(req).identity();
        res.end();
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  await alice.get('/work');
  await unheardRejections();
  expect(app.codes()).toContain('identity.failed');
});

describe('start()', () => {
  const wrong: Record<string, [string, (session: Session) => Promise<void>]> = {
    'an empty subject': ['ERR_INVALID_SUBJECT', (session) => session.start('')],
    'a number as subject': ['ERR_INVALID_SUBJECT', (session) => session.start(42 as unknown as string)],
    'no subject': ['ERR_INVALID_SUBJECT', (session) => session.start(undefined as unknown as string)],
    'a Date in its data': ['ERR_SESSION_DATA_INVALID', (session) => session.start('bob', { at: new Date(0) })],
    'an array as data': [
      'ERR_SESSION_DATA_INVALID',
      (session) => session.start('bob', ['x'] as unknown as Record<string, unknown>),
    ],
    'a function in its data': ['ERR_SESSION_DATA_INVALID', (session) => session.start('bob', { run: () => 1 })],
    'too much data': ['ERR_SESSION_TOO_LARGE', (session) => session.start('bob', { text: 'x'.repeat(3_000) })],
  };

  it.each(Object.keys(wrong))('with %s throws at once, and leaves the session as it was', async (what) => {
    const [code, work] = wrong[what] ?? [];
    let sync: unknown;
    const { alice, answer } = await working((session) => {
      try {
        void work?.(session);
      } catch (error) {
        sync = (error as { code: string }).code;
        throw error;
      }
    });
    expect([(await answer()).body, sync]).toEqual([code, code]);
    expect((await alice.me()).subject).toBe('alice');
  });

  it('keeps data of 2.5 kB, whatever the browser had before, in a cookie that browsers take', async () => {
    const data = { text: 'x'.repeat(2_500) };
    const { alice, answer } = await working(async (session) => {
      await session.start('alice', data);
      await session.regenerate();
    });
    for (let time = 0; time < 5; time++) {
      const { status, setCookies } = await answer();
      expect(status).toBe(200);
      for (const line of setCookies) expect((line.split(';', 1)[0] ?? '').length).toBeLessThanOrEqual(4_096);
      expect((await alice.me()).data).toEqual(data);
    }
  });

  it('data named __proto__ or constructor stays data', async () => {
    const { alice, answer } = await working((session) =>
      session.start('alice', JSON.parse('{"__proto__":{"admin":true},"constructor":1}')),
    );
    await answer();
    const { body } = await alice.get('/me');
    expect(body).toContain('"__proto__":{"admin":true}');
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('clears what a browser may have prefetched', async () => {
    const { app } = await working(() => undefined);
    const answer = await app.browser().login('alice');
    expect(answer.headers['clear-site-data']).toBe('"prefetchCache", "prerenderCache"');
    expect(answer.headers['cache-control']).toBe(PACKED);
  });
});

describe('destroy()', () => {
  it('expires session and owner cookie, marks the activity cookie ended, and clears cache and storage, not cookies', async () => {
    const { app, alice } = await working(() => undefined);
    const answer = await alice.post('/logout');
    const set = cookiesSet(answer);
    expect([set[app.names.session], set[app.names.owner]]).toEqual(['', '']);
    expect(set[app.names.activity]).toMatch(/\.e\./);
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"');
    expect(answer.headers['cache-control']).toBe(PACKED);
  });

  it('clears what clearSiteData names, and nothing for an empty list', async () => {
    for (const clearSiteData of [['cache', 'clientHints'], []] as const) {
      const app = await startKit({ options: { clearSiteData } });
      const alice = app.browser();
      await alice.login('alice');
      const { headers } = await alice.post('/logout');
      expect(headers['clear-site-data']).toBe(clearSiteData.length > 0 ? '"cache", "clientHints"' : undefined);
    }
  });

  it('can be followed by start() in the same request', async () => {
    const { alice, answer } = await working(async (session) => {
      await session.destroy();
      expect([session.active, session.inactiveBecause]).toEqual([false, 'revoked']);
      await session.start('bob');
    });
    await answer();
    expect((await alice.me()).subject).toBe('bob');
  });
});

it('update, regenerate and reauthenticated need a session', async () => {
  for (const name of ['update', 'regenerate', 'reauthenticated'] as const) {
    const { app } = await working((session) => call(session, name));
    const answer = await app.browser().post('/work');
    expect([answer.status, answer.body]).toEqual([401, 'ERR_NO_SESSION']);
  }
});

it('update() lays its patch over the data, takes away what is undefined, and is seen at once', async () => {
  const seen: unknown[] = [];
  const { alice, answer } = await working(async (session) => {
    await session.start('alice', { a: 1, b: { c: 2 } });
    void session.update({ a: undefined, d: 3 });
    seen.push(session.data, Object.isFrozen(session.data));
    await session.update({ e: 4 });
  });
  await answer();
  expect(seen).toEqual([{ b: { c: 2 }, d: 3 }, true]);
  expect((await alice.me()).data).toEqual({ b: { c: 2 }, d: 3, e: 4 });
});

it('several writes of one request that are not awaited one by one are all kept', async () => {
  const { alice, answer } = await working((session) =>
    Promise.all([
      session.update({ a: 1 }),
      session.regenerate(),
      session.update({ b: 2 }),
      session.reauthenticated('alice'),
      session.update({ c: 3 }),
    ]),
  );
  const before = (await alice.me()).id;
  await answer();
  const after = await alice.me();
  expect(after).toMatchObject({ active: true, data: { a: 1, b: 2, c: 3 } });
  expect(after.id).not.toBe(before);
});

it('a write after destroy() in one request is refused, in whatever order they settle', async () => {
  const { alice, answer } = await working(async (session) => {
    const settled = await Promise.allSettled([session.destroy(), session.update({ a: 1 }), session.regenerate()]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });
  expect((await answer()).status).toBe(200);
  expect((await alice.me()).active).toBe(false);
});

it('reauthenticated() of another subject throws at once, and changes nothing', async () => {
  const { app, alice } = await working((session) => session.reauthenticated('bob'));
  const before = await alice.me();
  const answer = await alice.post('/work');
  expect([answer.status, answer.body, answer.setCookies]).toEqual([403, 'ERR_SESSION_MISMATCH', []]);
  expect(await alice.me()).toEqual(before);
  expect(app.errors[0]?.message).not.toContain('alice');
});

it('reauthenticated() gives a new id and authentication time', async () => {
  const times: unknown[] = [];
  const { app, alice } = await working(async (session) => {
    app.clock.advance(1_000);
    times.push(session.id, session.authenticatedAt);
    await session.reauthenticated('alice');
    times.push(session.id, session.authenticatedAt);
  });
  const began = app.clock.now();
  await alice.post('/work');
  expect(times[1]).toBe(began);
  expect(times[3]).toBe(began + 1_000);
  expect(times[2]).not.toBe(times[0]);
});

describe('a habit of express-session', () => {
  type Loose = Session & Record<string, unknown> & { save(done?: () => void): void; cookie: unknown };
  const habits: Record<string, (session: Loose) => unknown> = {
    'session.user = ...': (session) => Object.assign(session, { user: 'bob' }),
    'session.data = ...': (session) => Reflect.set(session, 'data', {}),
    'delete session.user': (session) => Reflect.deleteProperty(session, 'user'),
    'session.save(callback)': (session) => session.save(() => undefined),
    'session.touch()': (session) => (session.touch as () => void)(),
    'session.reload(callback)': (session) => (session.reload as (done: () => void) => void)(() => undefined),
    'session.cookie.maxAge': (session) => session.cookie,
    'session.destroy(callback)': (session) => (session.destroy as (done: () => void) => unknown)(() => undefined),
    'session.regenerate(callback)': (session) => (session.regenerate as (done: () => void) => unknown)(() => undefined),
  };

  it.each(Object.keys(habits))('%s is refused at once and by name', async (habit) => {
    const { app, alice, answer } = await working((session) => habits[habit]?.(session as Loose));
    expect((await answer()).body).toBe('ERR_NOT_EXPRESS_SESSION');
    expect(app.errors[0]?.message).toMatch(/express-session's, not swapproof's\. \w+/);
    expect((await alice.me()).subject).toBe('alice');
  });
});

it('works in an async context that an app has of its own', async () => {
  const own = new AsyncLocalStorage<string>();
  const { alice, answer } = await working((session) => own.run('mine', () => session.update({ a: 1 })));
  await answer();
  expect((await alice.me()).data).toEqual({ a: 1 });
});

it('a login whose response has left without it leaves the session before alone', async () => {
  const refused = deferred<string | undefined>();
  const app = await startKit({
    routes(routes, sessions) {
      routes.on('POST', '/forgotten', (req, res) => {
        sessions
          .of(req)
          .start('bob')
          .catch(({ code }) => refused.resolve(code));
        res.end();
      });
    },
  });
  const alice = app.browser();
  await alice.login('alice');
  await alice.post('/forgotten');
  expect(await refused.promise).toBe('ERR_RESPONSE_STARTED');
  expect((await alice.me()).subject).toBe('alice');
});
