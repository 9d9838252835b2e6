/** `start(..., { keep })`: what comes along into a login, out of whose session, and that nothing is lost on the way. */

import type { StartOptions } from '../../../lib/session/session.js';
import { memory } from '../../../lib/stores/memory.js';
import { sqlite } from '../../../lib/stores/sqlite/index.js';
import type { StoreFaults } from '../../../lib/testing/faults/faulty-store.js';
import { deferred } from '../../helpers/deferred.js';
import { faultyMemory } from '../../helpers/faulty-memory.js';
import { startKit } from '../../helpers/kit-app.js';
import { ask, setting, startStoredApp } from '../../helpers/stored-app.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';

const path = temporaryFolder();
const STORES = { memory: () => memory(), sqlite: () => sqlite(path('s.db')) };

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])('on %s', (store) => {
  async function started() {
    const faulty = faultyMemory(STORES[store]());
    const app = await startStoredApp({ options: { store: faulty, revokeDeadline: 60 } });
    return { app, faults: faulty.faults, visitor: app.browser() };
  }

  it('carries the named keys over from an anonymous session, which ends', async () => {
    const { app, visitor } = await started();
    await visitor.post(setting('cart', ['tea']));
    await visitor.post(setting('other', 1));
    const cookie = visitor.cookie(visitor.held);
    await visitor.post('/enter?as=alice&keep=cart,missing');
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('["tea"]');
    for (const key of ['other', 'missing']) expect(await ask(visitor, 'GET', `/get?key=${key}`)).toBe('undefined');
    expect((await visitor.get('/get?key=cart', { cookie })).body).toBe('undefined');
    expect(app.codes()).not.toContain('stored.not_kept');
  });

  it('carries them over from a session of the same subject', async () => {
    const { visitor } = await started();
    await visitor.login('alice');
    await visitor.get(setting('cart', ['tea']));
    await visitor.post('/enter?as=alice&keep=cart');
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('["tea"]');
  });

  it("never out of another user's session, and says so", async () => {
    const { app, visitor } = await started();
    await visitor.login('alice');
    await visitor.get(setting('cart', ['hers']));
    await visitor.post('/enter?as=bob&keep=cart');
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('undefined');
    const event = app.events.find(({ code }) => code === 'stored.not_kept');
    expect(event).toMatchObject({ severity: 'info', route: 'POST /enter' });
    expect(JSON.stringify(event)).not.toMatch(/alice|bob/);
  });

  it('not out of a session that has ended, and says so', async () => {
    const { app, visitor } = await started();
    await visitor.post(setting('cart', 1));
    await app.sessions.revoke.everyone();
    await visitor.post('/enter?as=alice&keep=cart');
    expect((await visitor.me()).subject).toBe('alice');
    expect(app.codes()).toContain('stored.not_kept');
  });

  const failures: Record<string, (faults: StoreFaults) => void> = {
    'reading what is to be kept': (faults) => {
      faults.stored.get = 'error';
    },
    'copying it': (faults) => {
      faults.stored.copy = 'error';
    },
    'saying whether it was copied': (faults) => {
      faults.stored.copy = 'garbage';
    },
    'ending the anonymous session': (faults) => {
      faults.anonymous.remove = 'error';
    },
  };
  it.each(Object.keys(failures))('loses nothing if the store fails in %s', async (what) => {
    const { app, faults, visitor } = await started();
    await visitor.post(setting('cart', ['tea']));
    failures[what]?.(faults);
    const answer = await visitor.post('/enter?as=alice&keep=cart');
    expect([answer.status, answer.body, answer.setCookies]).toEqual([503, 'ERR_STORE_UNAVAILABLE', []]);
    Object.assign(faults.stored, { get: undefined, copy: undefined });
    faults.anonymous.remove = undefined;
    expect(await listed(app.sessions.list('alice'))).toEqual([]);
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('["tea"]');
    expect((await visitor.me()).active).toBe(false);
    await visitor.post('/enter?as=alice&keep=cart');
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('["tea"]');
  });

  it('loses nothing if the anonymous session could only be ended too late', async () => {
    const slow = faultyMemory(STORES[store]());
    const app = await startStoredApp({ options: { store: slow, requestDeadline: 30 } });
    const visitor = app.browser();
    await visitor.post(setting('cart', ['tea']));
    const turn = deferred<void>();
    const late = deferred<void>();
    slow.faults.anonymous.remove = async (real, _root, signal) => {
      await turn.promise;
      if (!signal.aborted) await real();
      late.resolve();
    };
    expect((await visitor.post('/enter?as=alice&keep=cart')).body).toBe('ERR_STORE_UNAVAILABLE');
    turn.resolve();
    await late.promise;
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('["tea"]');
  });

  it('loses nothing if the session before can not be revoked', async () => {
    const { app, faults, visitor } = await started();
    await visitor.login('alice');
    await visitor.get(setting('cart', ['tea']));
    const before = await visitor.me();
    faults.log.append = 'error';
    const answer = await visitor.post('/enter?as=alice&keep=cart');
    expect([answer.status, answer.setCookies]).toEqual([503, []]);
    faults.log.append = undefined;
    expect(await visitor.me()).toEqual(before);
    expect(await ask(visitor, 'GET', '/get?key=cart')).toBe('["tea"]');
    expect(await listed(app.sessions.list('alice'))).toEqual([before.id]);
  });
});

async function listed(sessions: AsyncIterable<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of sessions) ids.push(id);
  return ids;
}

it('carries what the same request has set', async () => {
  const app = await startStoredApp({
    routes: (routes, sessions) =>
      routes.on('POST', '/both', async (req, res) => {
        const session = sessions.of(req);
        void session.stored.set('cart', 1);
        await session.start('alice', {}, { keep: ['cart'] });
        res.end(JSON.stringify(await session.stored.get('cart')));
      }),
  });
  const visitor = app.browser();
  expect((await visitor.post('/both')).body).toBe('1');
  expect((await visitor.me()).subject).toBe('alice');
});

it.each([
  ['a string for keep', { keep: 'cart' }],
  ['an empty key', { keep: [''] }],
  ['a misspelt option', { kep: ['cart'] }],
  ['null', null],
])('throws at once for %s', async (_what, options) => {
  const app = await startKit({
    routes: (routes, sessions) =>
      routes.on('POST', '/work', (req, res) => {
        void sessions.of(req).start('alice', {}, options as unknown as StartOptions);
        res.end();
      }),
  });
  const answer = await app.browser().post('/work');
  expect([answer.status, answer.body]).toEqual([500, 'ERR_INVALID_ARGUMENT']);
});
