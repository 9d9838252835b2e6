/** `session.stored` of somebody who is logged in: on any method, without a cookie, and what it refuses. */
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { Session } from '../../../lib/session/session.js';
import type { Stored } from '../../../lib/session/stored.js';
import { LARGEST_VALUE, type StoredAnswer, type StoredOwner } from '../../../lib/session/stored-port.js';
import { deferred } from '../../helpers/deferred.js';
import { faultyMemory } from '../../helpers/faulty-memory.js';
import { Gate } from '../../helpers/gate.js';
import { FRAMEWORKS, type KitSetting, startKit } from '../../helpers/kit-app.js';
import { PACKED } from '../../helpers/kit-browser.js';
import { ask, setting, startStoredApp } from '../../helpers/stored-app.js';
import { rejectionOf, thrownBy } from '../../helpers/thrown.js';

/** POST and GET /work run it for a browser that is logged in as alice. */
async function working(work: (session: Session, res: ServerResponse) => unknown, setup: KitSetting = {}) {
  const app = await startKit({
    ...setup,
    routes: (routes, sessions) =>
      routes.on('*', '/work', async (req, res) => {
        await work(sessions.of(req), res);
        if (!res.writableEnded) res.end('done');
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  return { app, alice, answer: () => alice.get('/work') };
}

/** What `work` answers within a request of alice. */
async function within<T>(work: (stored: Stored, session: Session) => T, setup: KitSetting = {}): Promise<Awaited<T>> {
  const outcome = deferred<Awaited<T>>();
  const { answer } = await working(async (session) => {
    try {
      outcome.resolve(await work(session.stored, session));
    } catch (error) {
      outcome.reject(error);
    }
  }, setup);
  await answer();
  return await outcome.promise;
}

describe.each(FRAMEWORKS)('%s', (framework) => {
  it('keeps, reads, takes and deletes values on a GET, sets no session cookie, and is private', async () => {
    const app = await startStoredApp({ framework });
    const alice = app.browser();
    await alice.login('alice');
    const set = await alice.get(setting('cart', [{ id: 1 }]));
    expect([set.body, set.setCookies, set.headers['cache-control']]).toEqual(['set', [], PACKED]);
    expect(await ask(alice, 'GET', '/get?key=cart')).toBe('[{"id":1}]');
    expect(await ask(alice, 'GET', '/take?key=cart')).toBe('[{"id":1}]');
    expect(await ask(alice, 'GET', '/take?key=cart')).toBe('undefined');
    await ask(alice, 'GET', setting('lang', 'de'));
    expect(await ask(alice, 'GET', '/delete?key=lang')).toBe('deleted');
    expect(await ask(alice, 'GET', '/get?key=lang')).toBe('undefined');
  });

  it('is nobody else\u0027s, goes with the session, and stays with a new id', async () => {
    const app = await startStoredApp({
      framework,
      routes: (routes, sessions) =>
        routes.on('POST', '/renew', async (req, res) => {
          await sessions.of(req).regenerate();
          res.end(JSON.stringify(await sessions.of(req).stored.get('cart')));
        }),
    });
    const [alice, bob, phone] = [app.browser(), app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    await phone.login('alice');
    await ask(alice, 'POST', setting('cart', 'hers'));
    for (const other of [bob, phone]) expect(await ask(other, 'GET', '/get?key=cart')).toBe('undefined');
    expect((await alice.post('/renew')).body).toBe('"hers"');
    expect(await ask(alice, 'GET', '/get?key=cart')).toBe('"hers"');
    await alice.post('/logout');
    await alice.login('alice');
    expect(await ask(alice, 'GET', '/get?key=cart')).toBe('undefined');
  });
});

it.each([null, true, 0, -1.5, '', 'text', [], {}, [[{ a: [null] }]], { __proto__x: 1 }])(
  'keeps %j as it is',
  async (value) => {
    expect(await within(async (stored) => [await stored.set('k', value), await stored.get('k')])).toEqual([
      undefined,
      value,
    ]);
  },
);

it('gives out a value of its own each time', async () => {
  await within(async (stored) => {
    await stored.set('cart', ['a']);
    const first = await stored.get<string[]>('cart');
    first?.push('b');
    expect(await stored.get('cart')).toEqual(['a']);
  });
});

describe('throws at once', () => {
  const wrong: Record<string, [string, (stored: Stored) => unknown]> = {
    'for a Date': ['ERR_SESSION_DATA_INVALID', (stored) => stored.set('k', new Date(0))],
    'for undefined': ['ERR_SESSION_DATA_INVALID', (stored) => stored.set('k', undefined)],
    'for NaN inside': ['ERR_SESSION_DATA_INVALID', (stored) => stored.set('k', { a: [Number.NaN] })],
    'for a circle': ['ERR_SESSION_DATA_INVALID', (stored) => stored.set('k', circle())],
    'for a value one byte too large': ['ERR_STORED_TOO_LARGE', (stored) => stored.set('k', text(LARGEST_VALUE + 1))],
    'for an empty key': ['ERR_INVALID_ARGUMENT', (stored) => stored.get('')],
    'for a key of 1 MiB': ['ERR_INVALID_ARGUMENT', (stored) => stored.set('k'.repeat(2 ** 20), 1)],
    'for a key of 257 bytes': ['ERR_INVALID_ARGUMENT', (stored) => stored.take(`a${'\u00e9'.repeat(128)}`)],
    'for a key with NUL': ['ERR_INVALID_ARGUMENT', (stored) => stored.delete('a\0b')],
    'for a key with half a character': ['ERR_INVALID_ARGUMENT', (stored) => stored.get('\ud800')],
    'for a number as key': ['ERR_INVALID_ARGUMENT', (stored) => stored.get(1 as unknown as string)],
    'for a callback': ['ERR_NOT_EXPRESS_SESSION', (stored) => Reflect.apply(stored.get, stored, ['k', () => 1])],
    'for an assignment': ['ERR_NOT_EXPRESS_SESSION', (stored) => Object.assign(stored, { cart: [] })],
    'for a deletion': ['ERR_NOT_EXPRESS_SESSION', (stored) => Reflect.deleteProperty(stored, 'cart')],
    'for save()': ['ERR_NOT_EXPRESS_SESSION', (stored) => (stored as unknown as { save(): void }).save()],
  };
  it.each(Object.keys(wrong))('%s, and says nothing of the value', async (what) => {
    const [code, use] = wrong[what] ?? [];
    const error = await within((stored) => thrownBy(() => use?.(stored)));
    expect(error.code).toBe(code);
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).not.toMatch(/kkkk|xxxx/);
  });
});

function circle(): unknown {
  const round: { self?: unknown } = {};
  round.self = round;
  return round;
}

/** A string that has so many bytes as JSON. */
function text(bytes: number): string {
  return 'x'.repeat(bytes - 2);
}

it('keeps a value of 64 KiB, four of them, and no more', async () => {
  await within(async (stored) => {
    for (const key of ['a', 'b', 'c', 'd']) await stored.set(key, text(LARGEST_VALUE));
    const error = await rejectionOf(stored.set('e', 1));
    expect([error.code, error.status]).toEqual(['ERR_STORED_TOO_LARGE', 413]);
    await stored.delete('d');
    await stored.set('e', 1);
    expect([await stored.get<string>('a'), await stored.get('e')]).toEqual([text(LARGEST_VALUE), 1]);
  });
});

it.each(['__proto__', 'constructor', 'toString', '\u{1f36a}', 'x'.repeat(256)])('takes the key %j', async (key) => {
  await within(async (stored) => {
    expect(await stored.get(key)).toBeUndefined();
    await stored.set(key, { __proto__x: 1 });
    expect(await stored.take(key)).toEqual({ __proto__x: 1 });
    expect(({} as { __proto__x?: number }).__proto__x).toBeUndefined();
  });
});

it('loses nothing where two requests write different keys at once, and hands a value to one of a hundred', async () => {
  const app = await startStoredApp();
  const alice = app.browser();
  await alice.login('alice');
  await Promise.all(['a', 'b', 'c'].map((key) => ask(alice, 'GET', setting(key, key))));
  const kept = await Promise.all(['a', 'b', 'c'].map((key) => ask(alice, 'GET', `/get?key=${key}`)));
  expect(kept).toEqual(['"a"', '"b"', '"c"']);
  const taken = await Promise.all(Array.from({ length: 100 }, () => ask(alice, 'POST', '/take?key=a')));
  expect(taken.filter((body) => body !== 'undefined')).toEqual(['"a"']);
});

it('sees what the calls of its own request did before it, awaited or not', async () => {
  const gate = new Gate();
  const slow = faultyMemory();
  slow.faults.stored.set = (real) => gate.wait().then(() => real());
  const work = async (stored: Stored) => {
    void stored.set('a', 1);
    const read = stored.get('a');
    await gate.reached;
    await new Promise(setImmediate);
    gate.open();
    void stored.set('b', 2);
    void stored.delete('b');
    return [await read, await stored.take('b')];
  };
  const options = { store: slow, requestDeadline: '1h' as const };
  expect(await within(work, { options })).toEqual([1, undefined]);
});

it('a write that nobody awaits is reported with its line, and ends no process', async () => {
  const gate = new Gate();
  const faulty = faultyMemory();
  faulty.faults.stored.set = async (real) => {
    await gate.wait();
    await real();
    throw new TypeError('away');
  };
  const { app, answer } = await working((session) => void session.stored.set('cart', 1), {
    options: { store: faulty, requestDeadline: '1h' },
  });
  expect((await answer()).status).toBe(200);
  gate.open();
  const lost = app.events.find(({ code }) => code === 'session.write.lost');
  expect(lost).toMatchObject({ route: 'GET /work', detail: { operation: 'stored.set' } });
  expect(lost?.detail.line).toMatch(/stored\.test\.ts:\d+$/);
  expect(lost?.message).toMatch(/session\.stored\.set\(\) at .* was not awaited/);
  for (let tick = 0; tick < 20; tick++) await new Promise(setImmediate);
});

it('after the response every use throws, also of what was kept of it', async () => {
  const kept = deferred<{ stored: Stored; session: Session; res: ServerResponse }>();
  const { answer } = await working((session, res) => kept.resolve({ stored: session.stored, session, res }));
  await answer();
  const { stored, session, res } = await kept.promise;
  if (!res.closed) await new Promise((resolve) => res.once('close', resolve));
  await new Promise(setImmediate);
  const uses = [
    () => session.stored,
    () => stored.get('a'),
    () => stored.set('a', 1),
    () => stored.take('a'),
    () => stored.delete('a'),
  ];
  expect(uses.map((use) => thrownBy(use).code)).toEqual(Array(5).fill('ERR_CONTEXT_CLOSED'));
});

it('a call that waited for its turn until the response had ended is refused', async () => {
  const gate = new Gate();
  const faulty = faultyMemory();
  faulty.faults.log.append = (real) => gate.wait().then(() => real());
  const outcome = deferred<Promise<unknown>>();
  const app = await startKit({
    options: { store: faulty },
    ending: () => gate.open(),
    routes: (routes, sessions) =>
      routes.on('POST', '/work', (req, res) => {
        const session = sessions.of(req);
        void session.destroy();
        outcome.resolve(session.stored.set('cart', 1).catch((error: unknown) => error));
        res.end();
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  await alice.post('/work');
  await gate.reached;
  gate.open();
  expect(await await outcome.promise).toMatchObject({ code: 'ERR_CONTEXT_CLOSED' });
});

it('what was meant for a session that its request ends is not left to nobody', async () => {
  const outcomes: unknown[] = [];
  const app = await startKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/work', async (req, res) => {
        const session = sessions.of(req);
        const settled = await Promise.allSettled([session.destroy(), session.stored.set('draft', 'private')]);
        outcomes.push(...settled.map((each) => (each.status === 'rejected' ? each.reason.code : each.status)));
        res.end();
      }),
  });
  const alice = app.browser();
  await alice.login('alice');
  await alice.post('/work');
  expect([outcomes, alice.held.session]).toEqual([['fulfilled', 'ERR_NO_SESSION'], '']);
});

describe('a store', () => {
  const broken: Record<string, () => Promise<never>> = {
    fails: () => Promise.reject(new TypeError('away')),
    throws: () => {
      throw new TypeError('away');
    },
    hangs: () => away.promise,
    'answers nothing': async () => undefined as never,
    'answers null': async () => null as never,
    'answers what nobody can read': async () => ({ live: true, value: { text: 1 } }) as never,
    'does not say whether the session is live': async () => ({ value: null }) as never,
    'answers half': async () => ({ live: true }) as never,
  };
  let away = deferred<never>();

  it.each(Object.keys(broken))('that %s is a 503 and never undefined, and all is well when it is back', async (how) => {
    away = deferred<never>();
    away.promise.catch(() => undefined);
    const faulty = faultyMemory();
    const { faults } = faulty;
    const app = await startStoredApp({ options: { store: faulty, requestDeadline: 30 } });
    const alice = app.browser();
    await alice.login('alice');
    await ask(alice, 'GET', setting('cart', 1));
    const step = broken[how];
    Object.assign(faults.stored, { get: step, set: step, take: step, delete: step });
    for (const path of ['/get?key=cart', setting('cart', 2), '/take?key=cart', '/delete?key=cart']) {
      expect([path, await ask(alice, 'GET', path)]).toEqual([path, '503 ERR_STORE_UNAVAILABLE']);
    }
    Object.assign(faults.stored, { get: undefined, set: undefined, take: undefined, delete: undefined });
    expect(await ask(alice, 'GET', '/get?key=cart')).toBe('1');
    away.reject(new TypeError('late'));
  });

  it('past the deadline is told that nobody waits any more', async () => {
    const faulty = faultyMemory();
    const { faults } = faulty;
    const { answer } = await working((session) => session.stored.set('a', 1), {
      options: { store: faulty, requestDeadline: 20 },
    });
    const told = deferred<boolean>();
    faults.stored.set = (_real, _owner, _entry, signal) =>
      new Promise(() => signal.addEventListener('abort', () => told.resolve(signal.aborted)));
    expect((await answer()).body).toBe('ERR_STORE_UNAVAILABLE');
    expect(await told.promise).toBe(true);
  });

  /** R10: alice's request is answered with something that is in the store, only not under her root and key. */
  const misdelivered: Record<string, (real: (key: string, root?: string) => Promise<StoredAnswer>) => unknown> = {
    "the value of a neighbour's key": (real) => real('secret'),
    "another session's value": (real) => real('cart', 'bob'),
    'a value that was written by hand': async (real) => {
      const { live, value } = await real('cart');
      return { live, value: { ...value, text: '"forged"' } };
    },
    'no MAC': async (real) => {
      const { live, value } = await real('cart');
      return { live, value: { ...value, mac: '' } };
    },
  };
  it.each(Object.keys(misdelivered))('that answers with %s is refused (R10)', async (what) => {
    const faulty = faultyMemory();
    const app = await startStoredApp({ options: { store: faulty } });
    const [alice, bob] = [app.browser(), app.browser()];
    await alice.login('alice');
    await bob.login('bob');
    await ask(alice, 'GET', setting('cart', 'cart'));
    await ask(alice, 'GET', setting('secret', 'secret'));
    await ask(bob, 'GET', setting('cart', "bob's"));
    const root = (await bob.me()).id ?? '';
    const { stored } = faulty.faults;
    for (const way of ['get', 'take'] as const) {
      stored[way] = (real, owner, _key, signal) =>
        misdelivered[what]?.((key, whose) => {
          const other = { ...owner, claims: { ...owner.claims, id: root, root, subject: whose } } as StoredOwner;
          return real(whose ? other : owner, key, signal);
        }) as Promise<StoredAnswer>;
    }
    for (const way of ['get', 'take']) {
      expect(await ask(alice, 'GET', `/${way}?key=cart`)).toBe('503 ERR_STORE_UNAVAILABLE');
    }
  });
});

it('shows nothing of itself in a log', async () => {
  const shown = await within(async (stored) => {
    await stored.set('cart', 'tell-nobody');
    return inspect(stored, { depth: 9, showHidden: true });
  });
  expect(shown).not.toMatch(/tell-nobody|alice/);
});

it('its calls from the context of another request are refused', async () => {
  const kept = deferred<Session>();
  const done = deferred<unknown[]>();
  const app = await startKit({
    routes(routes, sessions) {
      routes.on('GET', '/hold', async (req, res) => {
        kept.resolve(sessions.of(req));
        await done.promise;
        res.end();
      });
      routes.on('GET', '/other', async (_req, res) => {
        const session = await kept.promise;
        const code = (use: () => unknown) => thrownBy(use).code;
        const { stored } = session;
        done.resolve([
          code(() => stored.set('a', 1)),
          code(() => stored.take('a')),
          code(() => stored.delete('a')),
          await stored.get('a'),
        ]);
        res.end();
      });
    },
  });
  const alice = app.browser();
  await alice.login('alice');
  const held = alice.get('/hold');
  await kept.promise;
  await app.browser().get('/other');
  await held;
  expect(await done.promise).toEqual([...Array(3).fill('ERR_CONTEXT_MISMATCH'), undefined]);
});
