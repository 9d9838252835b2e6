import {
  called,
  cookieOf,
  type ExpressSessionStore,
  idleOf,
  noted,
  sessionIn,
  touched,
} from '../../../lib/adapters/express-session-store.js';

function storeThat(get: ExpressSessionStore['get']): ExpressSessionStore {
  return { get, set: () => {}, destroy: () => {} };
}

describe('a store is heard', () => {
  it.each<[string, ExpressSessionStore['get']]>([
    ['by its callback, later', (_id, done) => void setImmediate(done, null, { a: 1 })],
    ['by its callback, at once', (_id, done) => done(null, { a: 1 })],
    ['by its callback, while its promise tells nothing', async (_id, done) => done(undefined, { a: 1 })],
    [
      'once, however often it calls',
      (_id, done) => {
        done(null, { a: 1 });
        done(new Error('again'));
      },
    ],
  ])('%s', async (_how, get) => expect(await sessionIn(storeThat(get), 'x')).toEqual({ a: 1 }));

  it.each<[string, ExpressSessionStore['get']]>([
    ['calls with an error', (_id, done) => done(new Error('away'))],
    [
      'throws',
      () => {
        throw new Error('away');
      },
    ],
    ['rejects', () => Promise.reject(new Error('away'))],
  ])('also where it %s', async (_how, get) => {
    await expect(sessionIn(storeThat(get), 'x')).rejects.toThrow('away');
  });

  it('with the store as `this`', async () => {
    class Store {
      readonly held = { a: 1 };
      get(_id: string, done: (error: unknown, session?: object) => void) {
        done(null, this.held);
      }
      set() {}
      destroy() {}
    }
    expect(await sessionIn(new Store(), 'x')).toEqual({ a: 1 });
  });
});

it('called() answers what the callback was given', async () => {
  expect(await called<number>((done) => done(null, 7))).toBe(7);
  expect(await called((done) => done())).toBeUndefined();
});

describe('the cookie of a session', () => {
  it.each<[object, object]>([
    [{ cookie: { path: '/app', domain: 'example.com' } }, { path: '/app', domain: 'example.com' }],
    [{ cookie: { path: '/', domain: null } }, { path: '/' }],
    [{}, { path: '/' }],
    [{ cookie: 'x' }, { path: '/' }],
    [{ cookie: { path: '/; Domain=evil.example', domain: 'a b' } }, { path: '/' }],
    [{ cookie: { path: '/\r\nX: y', domain: 'a;b' } }, { path: '/' }],
    [{ cookie: { path: 7, domain: '' } }, { path: '/' }],
  ])('of %j is %j', (session, expected) => expect(cookieOf(session)).toEqual(expected));

  it.each<[object, number | null]>([
    [{ cookie: { originalMaxAge: 1_000 } }, 1_000],
    [{ cookie: { originalMaxAge: null } }, null],
    [{ cookie: { originalMaxAge: 0 } }, null],
    [{ cookie: { originalMaxAge: '1000' } }, null],
    [{}, null],
  ])('of %j makes it live %p without use', (session, expected) => expect(idleOf(session)).toBe(expected));
});

describe('a touched session', () => {
  const stored = { userId: 'a', cookie: { originalMaxAge: 60_000, expires: '2020-01-01T00:00:00.000Z', path: '/' } };

  it('ends its idle time from now, for stores that ask for `expires` and for those that ask for `maxAge`', () => {
    const { cookie } = touched(stored) as { cookie: { expires: Date; maxAge: number } };
    expect(cookie.expires).toBeInstanceOf(Date);
    expect(Math.abs(cookie.maxAge - 60_000)).toBeLessThan(5_000);
  });

  it('is otherwise stored as it was', () => {
    const kept = JSON.parse(JSON.stringify(touched(stored)));
    expect(kept).toEqual({ ...stored, cookie: { ...stored.cookie, expires: expect.any(String) } });
    const { cookie } = JSON.parse(JSON.stringify(touched({ cookie: { originalMaxAge: null, expires: null } })));
    expect(cookie).toEqual({ originalMaxAge: null, expires: null });
  });

  it('changes nothing of what the store gave out', () => {
    const frozen = Object.freeze({ ...stored, cookie: Object.freeze({ ...stored.cookie }) });
    touched(frozen);
    expect(frozen).toEqual(stored);
  });
});

it('a note lives as long as it is told to', () => {
  const { genesis, cookie } = noted({ genesis: 'g' }, 60_000) as { genesis: string; cookie: { maxAge: number } };
  expect([genesis, Math.round(cookie.maxAge / 10_000)]).toEqual(['g', 6]);
});
