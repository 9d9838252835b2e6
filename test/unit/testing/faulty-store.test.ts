/** faultyStore(): each fault does what it says, on the kit's stores and on those that call back. */
import type { EventEmitter } from 'node:events';
import { MemoryStore } from 'express-session';
import type { RegistryRow } from '../../../lib/session/registry-port.js';
import { memory } from '../../../lib/stores/memory.js';
import type { Store } from '../../../lib/stores/store.js';
import { row } from '../../../lib/testing/contract/samples.js';
import { type FaultyStore, faultyStore } from '../../../lib/testing/faults/faulty-store.js';
import { settled } from '../../helpers/deferred.js';

describe('of a store of the kit', () => {
  async function opened() {
    const faulty = faultyStore(memory());
    const store = faulty.open({ keep: 1_000, now: Date.now });
    for (const root of ['ada', 'bob'])
      await store.registry.add(row(root, { subject: root }), { hash: `h ${root}`, proof: 'p' });
    const find = async (root: string) => (await store.registry.find(root))?.row.subject ?? null;
    return { faulty, store, find };
  }
  const pending = async (promise: Promise<unknown>) => {
    let done = false;
    promise.then(
      () => (done = true),
      () => (done = true),
    );
    await settled();
    return !done;
  };

  it('passes all through without a fault, and again when mended', async () => {
    const { faulty, find } = await opened();
    expect(await find('ada')).toBe('ada');
    faulty.faults.registry.find = 'null';
    expect(await find('ada')).toBeNull();
    faulty.faults.registry.find = undefined;
    expect(await find('ada')).toBe('ada');
  });

  it('late: it is done, and answered when released', async () => {
    const { faulty, store, find } = await opened();
    faulty.faults.registry.remove = 'late';
    const removing = store.registry.remove('ada');
    expect(await pending(removing)).toBe(true);
    expect(await find('ada')).toBeNull();
    faulty.release();
    await removing;
  });

  it('hang: it is not done, not answered, and failed when released', async () => {
    const { faulty, store, find } = await opened();
    faulty.faults.registry.remove = 'hang';
    const removing = store.registry.remove('ada');
    expect(await pending(removing)).toBe(true);
    expect(await find('ada')).toBe('ada');
    faulty.release();
    await expect(removing).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('twice: it is done twice, and the second answer counts', async () => {
    const { faulty, store } = await opened();
    faulty.faults.registry.add = 'twice';
    const name = { hash: 'h', proof: 'p' };
    await expect(store.registry.add(row('cleo'), name)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  });

  it('neighbour: it answers with the reply to the call before', async () => {
    const { faulty, find } = await opened();
    await find('ada');
    faulty.faults.registry.find = 'neighbour';
    expect([await find('bob'), await find('ada'), await find('ada')]).toEqual(['ada', 'bob', 'ada']);
  });

  it('null, garbage, error: it is not done', async () => {
    const { faulty, store, find } = await opened();
    const remove = () => store.registry.remove('ada');
    faulty.faults.registry.remove = 'null';
    expect(await remove()).toBeNull();
    faulty.faults.registry.remove = 'garbage';
    expect(await remove()).toEqual({ garbage: true, length: -1 });
    faulty.faults.registry.remove = 'error';
    await expect(remove()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await find('ada')).toBe('ada');
  });

  it('a function takes the place of the method, with the real one at hand', async () => {
    const { faulty, find } = await opened();
    faulty.faults.registry.find = (real, name) => (name === 'ada' ? real('bob') : real());
    expect([await find('ada'), await find('bob')]).toEqual(['bob', 'bob']);
  });

  it.each([
    ['error', 'fails'],
    ['null', []],
    ['garbage', [{ garbage: true, length: -1 }]],
    ['neighbour', ['ada']],
    ['twice', ['bob']],
  ] as const)('breaks a list as a whole: %s', async (fault, expected) => {
    const { faulty, store } = await opened();
    const list = async (subject: string) => {
      const rows: RegistryRow[] = [];
      for await (const each of store.registry.list(subject)) rows.push(each);
      return rows.map((each) => each.subject ?? each);
    };
    await list('ada');
    faulty.faults.registry.list = fault;
    expect(await list('bob').catch(() => 'fails')).toEqual(expected);
  });

  it('has a log that must be polled, though the store itself needs no polls', async () => {
    const real = memory();
    const quick: Store = {
      name: 'quick',
      open(options) {
        const store = real.open(options);
        return { ...store, log: Object.assign(store.log, { unchanged: () => true }) };
      },
    };
    const store = faultyStore(quick).open({ keep: 1_000 });
    expect([store.log.lease, store.log.wait, store.log.unchanged]).toEqual([600_000, 0, undefined]);
    expect(faultyStore(memory(), { lease: 5 }).open({ keep: 1 }).log.lease).toBe(5);
  });

  it('refuses what is no store, and says which form takes another', () => {
    expect(() => faultyStore(new MemoryStore() as unknown as FaultyStore)).toThrow(
      /faultyStore\.expressSession\(store\)/,
    );
    expect(() => faultyStore.expressSession({})).toThrow(/new MemoryStore\(\)/);
  });
});

describe('of a store of express-session', () => {
  const record = (user: string) => ({ cookie: {}, user }) as never;

  async function filled() {
    const store = faultyStore.expressSession(new MemoryStore());
    for (const user of ['ada', 'bob']) await new Promise((done) => store.set(user, record(user), done));
    return store;
  }
  /** All that it calls back with, each as `error or user`. */
  function answers(store: Awaited<ReturnType<typeof filled>>, sid: string): string[] {
    const all: string[] = [];
    store.get(sid, (error, session) => all.push(error?.code ?? Object(session).user ?? JSON.stringify(session)));
    return all;
  }
  async function got(store: Awaited<ReturnType<typeof filled>>, sid: string): Promise<string[]> {
    const all = answers(store, sid);
    await settled();
    await settled();
    return all;
  }

  it.each([
    [undefined, ['bob']],
    ['null', ['null']],
    ['garbage', ['{"garbage":true,"length":-1}']],
    ['error', ['ECONNRESET']],
    ['twice', ['bob', 'bob']],
    ['neighbour', ['ada']],
    ['hang', []],
    ['late', []],
  ] as const)('%s', async (fault, expected) => {
    const store = await filled();
    await got(store, 'ada');
    store.faults.get = fault;
    expect(await got(store, 'bob')).toEqual(expected);
  });

  it('lets late answers go, and fails what hangs, when released', async () => {
    const store = await filled();
    store.faults.get = 'late';
    const late = answers(store, 'ada');
    store.faults.get = 'hang';
    const hanging = answers(store, 'ada');
    await settled();
    store.release();
    await settled();
    expect([late, hanging]).toEqual([['ada'], ['ECONNRESET']]);
  });

  it('does nothing of a destroy that fails, and all of one that is late', async () => {
    const store = await filled();
    store.faults.destroy = 'error';
    store.destroy('ada', () => {});
    store.faults.destroy = 'late';
    store.destroy('bob', () => {});
    await settled();
    expect([await got(store, 'ada'), await got(store, 'bob')]).toEqual(
      [['ada'], ['undefined']].map((one) => (one[0] === 'undefined' ? [undefined] : one)),
    );
  });

  it('takes a function', async () => {
    const store = await filled();
    store.faults.get = (real, done, sid) => (sid === 'ada' ? done(null, { user: 'eve' }) : real());
    expect([await got(store, 'ada'), await got(store, 'bob')]).toEqual([['eve'], ['bob']]);
    store.faults.get = (real, done) => real((_error, value) => done(null, { ...Object(value), user: 'eve' }));
    expect(await got(store, 'bob')).toEqual(['eve']);
  });

  it('is the store otherwise: its events, and what express-session puts on it', async () => {
    const store = await filled();
    const seen: string[] = [];
    const events = store as unknown as EventEmitter;
    const listener = () => seen.push('disconnect');
    events.on('disconnect', listener);
    events.emit('disconnect');
    events.off('disconnect', listener);
    events.emit('disconnect');
    Object.assign(store, { generate: () => 'made' });
    expect([seen, (store as unknown as { generate(): string }).generate()]).toEqual([['disconnect'], 'made']);
    expect(store).toBeInstanceOf(MemoryStore);
  });
});
