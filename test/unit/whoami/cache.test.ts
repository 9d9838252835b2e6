import { StoreUnavailableError } from '../../../lib/errors.js';
import type { RequestContext } from '../../../lib/request/context.js';
import { ambientRequestContext, runInContext } from '../../../lib/request/context-storage.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { BoundedMap } from '../../../lib/whoami/bounded-map.js';
import { type Found, type Question, WhoamiCache } from '../../../lib/whoami/cache.js';
import { type Deferred, deferred, settled } from '../../helpers/deferred.js';

interface Value {
  readonly id: string;
  readonly subject: string;
  readonly version: number;
}

const value = (id: string, version = 1): Value => ({ id, subject: `subject of ${id}`, version });
const failure = new Error('the store is away');
const unavailable = { code: 'ERR_STORE_UNAVAILABLE', message: expect.stringContaining('Try again'), cause: failure };

function setUp() {
  const clock = fakeClock();
  const failures: unknown[] = [];
  const loads: { readonly key: string; readonly held: Deferred<Value | null>; readonly signal: AbortSignal }[] = [];
  const cache = new WhoamiCache<Value>({
    clock,
    maxAge: 60_000,
    toBody: (v) => JSON.stringify(v),
    onFailure: (error) => failures.push(error),
  });
  const question = (key: string, asked: Partial<Question<Value>> = {}): Question<Value> => ({
    maxAge: Number.POSITIVE_INFINITY,
    onlyIfCached: false,
    stillValid: () => true,
    load: (signal) => {
      const held = deferred<Value | null>();
      loads.push({ key, held, signal });
      return held.promise;
    },
    ...asked,
  });
  const ask = async (key: string, asked?: Partial<Question<Value>>): Promise<Found<Value> | null> =>
    cache.find(key, question(key, asked)) ?? (await cache.load(key, question(key, asked)));
  const load = async (index: number, result: Value | null) => {
    await settled();
    loads[index]?.held.resolve(result);
    await settled();
  };
  const fail = async (index: number) => {
    await settled();
    loads[index]?.held.reject(failure);
    await settled();
  };
  /** Puts a fresh answer into the cache. */
  const warm = async (key: string, loaded: Value) => {
    const answer = ask(key);
    await load(loads.length, loaded);
    loads.length = 0;
    return answer;
  };
  return { cache, clock, failures, loads, question, ask, load, fail, warm };
}

const versionOf = (found: Found<Value> | null) => found?.entry.value.version;

describe('what is cached', () => {
  it('loads once and serves the same bytes from then on', async () => {
    const { warm, ask, loads } = setUp();
    const first = await warm('a', value('s1'));
    const second = await ask('a');
    expect(second?.entry).toBe(first?.entry);
    expect(second?.entry.body).toBe(JSON.stringify(value('s1')));
    expect(loads).toHaveLength(0);
  });

  it('never stores that credentials name nobody', async () => {
    const { ask, load, loads } = setUp();
    const first = ask('a');
    await load(0, null);
    expect(await first).toBeNull();
    const second = ask('a');
    await load(1, value('s1'));
    expect(versionOf(await second)).toBe(1);
    expect(loads).toHaveLength(2);
  });

  it('drops an answer whose reload says that it names nobody any more', async () => {
    const { warm, ask, load, cache, question } = setUp();
    await warm('a', value('s1'));
    const forced = ask('a', { maxAge: 0 });
    await load(0, null);
    expect(await forced).toBeNull();
    expect(cache.find('a', question('a'))).toBeNull();
  });

  it('never stores a failure', async () => {
    const { ask, fail, load, failures } = setUp();
    const first = ask('a');
    const refused = expect(first).rejects.toMatchObject(unavailable);
    await fail(0);
    await refused;
    const second = ask('a');
    await load(1, value('s1'));
    expect(versionOf(await second)).toBe(1);
    expect(failures).toEqual([failure]);
  });

  it('keeps a frozen copy, so that nobody changes what others get', async () => {
    const { ask, loads } = setUp();
    const mine = { ...value('s1'), roles: ['user'] };
    const answer = ask('a');
    await settled();
    loads[0]?.held.resolve(mine);
    const found = await answer;
    mine.roles.push('admin');
    const kept = found?.entry.value as unknown as typeof mine;
    expect(kept.roles).toEqual(['user']);
    expect(Object.isFrozen(kept)).toBe(true);
    expect(() => kept.roles.push('admin')).toThrow(TypeError);
  });

  it('refuses an answer that was filed under another key', async () => {
    const { warm, ask, cache, question, loads, load } = setUp();
    const alice = await warm('alice', value('s1'));
    const get = jest.spyOn(BoundedMap.prototype, 'get').mockReturnValueOnce(alice?.entry);
    expect(() => cache.find('bob', question('bob'))).toThrow(
      expect.objectContaining({ code: 'ERR_STORE_UNAVAILABLE', message: expect.stringContaining('not its own') }),
    );
    get.mockRestore();
    const bob = ask('bob');
    await load(loads.length, value('s2'));
    expect((await bob)?.entry.session).toBe('s2');
  });
});

describe('age', () => {
  it('is counted from the start of the load', async () => {
    const { ask, load, clock } = setUp();
    const answer = ask('a');
    await settled();
    clock.advance(2500);
    await load(0, value('s1'));
    expect((await answer)?.age).toBe(2500);
    clock.advance(1000);
    expect((await ask('a'))?.age).toBe(3500);
  });

  it('up to half of maxAge serves without a load', async () => {
    const { warm, ask, clock, loads } = setUp();
    await warm('a', value('s1'));
    clock.advance(30_000);
    expect((await ask('a'))?.age).toBe(30_000);
    await settled();
    expect(loads).toHaveLength(0);
  });

  it('past half of maxAge serves at once and refreshes in the background', async () => {
    const { warm, ask, clock, loads, load } = setUp();
    await warm('a', value('s1', 1));
    clock.advance(30_001);
    expect(versionOf(await ask('a'))).toBe(1);
    await settled();
    expect(loads).toHaveLength(1);
    await load(0, value('s1', 2));
    const next = await ask('a');
    expect(versionOf(next)).toBe(2);
    expect(next?.age).toBe(0);
    expect(loads).toHaveLength(1);
  });

  it('past maxAge loads first', async () => {
    const { warm, ask, clock, load } = setUp();
    await warm('a', value('s1', 1));
    clock.advance(60_001);
    const answer = ask('a');
    await load(0, value('s1', 2));
    expect(versionOf(await answer)).toBe(2);
  });

  it('refreshes once for all who ask, and after a failed try waits a twentieth of maxAge', async () => {
    const { warm, ask, clock, loads, fail, failures } = setUp();
    await warm('a', value('s1', 1));
    clock.advance(30_001);
    await Promise.all([ask('a'), ask('a')]);
    await fail(0);
    expect(failures).toEqual([failure]);
    clock.advance(3000);
    expect(versionOf(await ask('a'))).toBe(1);
    await settled();
    expect(loads).toHaveLength(1);
    clock.advance(1);
    await ask('a');
    await settled();
    expect(loads).toHaveLength(2);
  });

  it('refreshes outside any request context', async () => {
    const { warm, cache, question, clock } = setUp();
    await warm('a', value('s1'));
    clock.advance(30_001);
    const context = {} as RequestContext;
    let seen: unknown = 'not loaded';
    const load = async () => {
      seen = ambientRequestContext();
      return value('s1');
    };
    runInContext(context, () => cache.find('a', question('a', { load })));
    await settled();
    expect(seen).toBeUndefined();
  });
});

describe('max-age of the request', () => {
  it('bounds the age of the answer', async () => {
    const { warm, ask, clock, load, loads } = setUp();
    await warm('a', value('s1', 1));
    clock.advance(10_000);
    expect(versionOf(await ask('a', { maxAge: 10_000 }))).toBe(1);
    expect(loads).toHaveLength(0);
    clock.advance(1);
    const younger = ask('a', { maxAge: 10_000 });
    await load(0, value('s1', 2));
    expect(versionOf(await younger)).toBe(2);
  });

  it('can not make an answer live longer than maxAge', async () => {
    const { warm, ask, clock, load } = setUp();
    await warm('a', value('s1', 1));
    clock.advance(60_001);
    const answer = ask('a', { maxAge: 3_600_000 });
    await load(0, value('s1', 2));
    expect(versionOf(await answer)).toBe(2);
  });

  it('lets a failed load fall back on nothing older', async () => {
    const { warm, ask, clock, fail } = setUp();
    await warm('a', value('s1', 1));
    clock.advance(20_000);
    const bounded = ask('a', { maxAge: 10_000 });
    const refused = expect(bounded).rejects.toMatchObject(unavailable);
    await fail(0);
    await refused;
    expect(versionOf(await ask('a'))).toBe(1);
    clock.advance(40_001);
    const late = ask('a');
    const alsoRefused = expect(late).rejects.toMatchObject(unavailable);
    await fail(1);
    await alsoRefused;
  });

  it('does not take an answer whose load took too long for it, unless it started for this request', async () => {
    const { ask, loads, load, clock } = setUp();
    const leader = ask('a', { maxAge: 1000 });
    await settled();
    clock.advance(500);
    const follower = ask('a', { maxAge: 1000 });
    await settled();
    clock.advance(1000);
    await load(0, value('s1', 1));
    expect(versionOf(await leader)).toBe(1);
    expect(loads).toHaveLength(2);
    await load(1, value('s1', 2));
    expect(versionOf(await follower)).toBe(2);
  });

  it('of 0 takes only what a load read that started later', async () => {
    const { ask, load, loads } = setUp();
    const early = ask('a');
    await settled();
    const forced = ask('a', { maxAge: 0 });
    const forcedToo = ask('a', { maxAge: 0 });
    await settled();
    expect(loads).toHaveLength(1);
    await load(0, value('s1', 1));
    expect(versionOf(await early)).toBe(1);
    expect(loads).toHaveLength(2);
    await load(1, value('s1', 2));
    expect([versionOf(await forced), versionOf(await forcedToo)]).toEqual([2, 2]);
    expect(versionOf(await ask('a'))).toBe(2);
  });

  it('of 0 loads again although a fresh answer is cached', async () => {
    const { warm, ask, load } = setUp();
    await warm('a', value('s1', 1));
    const forced = ask('a', { maxAge: 0 });
    await load(0, value('s1', 2));
    expect(versionOf(await forced)).toBe(2);
  });
});

describe('one load at a time', () => {
  it('is shared by all who ask for one key', async () => {
    const { ask, load, loads } = setUp();
    const asked = [ask('a'), ask('a'), ask('a')];
    await load(0, value('s1'));
    expect((await Promise.all(asked)).map(versionOf)).toEqual([1, 1, 1]);
    expect(loads).toHaveLength(1);
  });

  it('is never shared between keys', async () => {
    const { ask, loads, load } = setUp();
    const alice = ask('alice');
    const bob = ask('bob');
    await load(0, value('of alice'));
    await load(1, value('of bob'));
    expect(loads.map(({ key }) => key)).toEqual(['alice', 'bob']);
    expect((await alice)?.entry.session).toBe('of alice');
    expect((await bob)?.entry.session).toBe('of bob');
  });

  it('goes on for the others when the one who started it leaves', async () => {
    const { ask, load, loads } = setUp();
    const leaving = new AbortController();
    const first = ask('a', { signal: leaving.signal });
    const second = ask('a', { signal: new AbortController().signal });
    await settled();
    const left = expect(first).rejects.toThrow('gone');
    leaving.abort(new Error('gone'));
    await left;
    expect(loads[0]?.signal.aborted).toBe(false);
    await load(0, value('s1'));
    expect(versionOf(await second)).toBe(1);
    expect(loads).toHaveLength(1);
  });

  it('is aborted when nobody waits any more, and its answer is not stored', async () => {
    const { ask, load, loads, failures } = setUp();
    const leaving = new AbortController();
    const only = ask('a', { signal: leaving.signal });
    await settled();
    const left = expect(only).rejects.toThrow('gone');
    leaving.abort(new Error('gone'));
    const next = ask('a');
    await left;
    expect(loads[0]?.signal.aborted).toBe(true);
    await load(0, value('s1', 1));
    await load(1, value('s1', 2));
    expect(versionOf(await next)).toBe(2);
    expect(versionOf(await ask('a'))).toBe(2);
    expect(failures).toEqual([]);
  });

  it('is not aborted with its waiters if it is a refresh', async () => {
    const { warm, ask, clock, loads, load } = setUp();
    await warm('a', value('s1', 1));
    clock.advance(30_001);
    await ask('a');
    const leaving = new AbortController();
    const waiting = ask('a', { maxAge: 5000, signal: leaving.signal });
    await settled();
    const left = expect(waiting).rejects.toThrow('gone');
    leaving.abort(new Error('gone'));
    await left;
    expect(loads.map(({ signal }) => signal.aborted)).toEqual([false]);
    await load(0, value('s1', 2));
    expect(versionOf(await ask('a'))).toBe(2);
  });

  it('queued behind another goes on for the others when the one who asked for it leaves', async () => {
    const { ask, load, loads } = setUp();
    const leaving = new AbortController();
    const early = ask('a');
    await settled();
    const first = ask('a', { maxAge: 0, signal: leaving.signal });
    const second = ask('a', { maxAge: 0, signal: new AbortController().signal });
    await settled();
    const left = expect(first).rejects.toThrow('gone');
    leaving.abort(new Error('gone'));
    await load(0, value('s1', 1));
    await left;
    await load(1, value('s1', 2));
    expect([versionOf(await early), versionOf(await second)]).toEqual([1, 2]);
    expect(loads).toHaveLength(2);
  });

  it('asks nothing for a request that has left already', async () => {
    const { ask, loads } = setUp();
    await expect(ask('a', { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone');
    expect(loads).toHaveLength(0);
  });

  it('ends at its deadline, and a late answer is not stored', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'] });
    try {
      const { ask, load, loads, failures, cache, question } = setUp();
      const answer = ask('a');
      await settled();
      const refused = expect(answer).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
      jest.advanceTimersByTime(5000);
      await refused;
      expect(loads[0]?.signal.aborted).toBe(true);
      await load(0, value('s1'));
      expect(cache.find('a', question('a'))).toBeNull();
      expect(failures).toEqual([expect.any(StoreUnavailableError)]);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('forget', () => {
  it.each([{ what: { subject: 'subject of s1' } }, { what: { session: 's1' } }, { what: 'everyone' as const }])(
    'of $what makes the next answer a fresh one',
    async ({ what }) => {
      const { warm, cache, question } = setUp();
      await warm('a', value('s1'));
      cache.forget(what);
      expect(cache.find('a', question('a'))).toBeNull();
    },
  );

  it('of others changes nothing', async () => {
    const { warm, cache, ask } = setUp();
    await warm('a', value('s1'));
    cache.forget({ subject: 's1' });
    cache.forget({ session: 'subject of s1' });
    expect(versionOf(await ask('a'))).toBe(1);
  });

  it('during a load discards what it reads, and whoever waits gets a later one', async () => {
    const { ask, cache, load, loads } = setUp();
    const before = ask('a');
    await settled();
    cache.forget({ subject: 'subject of s1' });
    const after = ask('a');
    await load(0, value('s1', 1));
    expect(loads).toHaveLength(2);
    await load(1, value('s1', 2));
    expect([versionOf(await before), versionOf(await after)]).toEqual([2, 2]);
    expect(versionOf(await ask('a'))).toBe(2);
    expect(loads).toHaveLength(2);
  });

  it('during a refresh keeps the old answer from coming back', async () => {
    const { warm, ask, cache, clock, load, question } = setUp();
    await warm('a', value('s1', 1));
    clock.advance(30_001);
    await ask('a');
    await settled();
    cache.forget({ session: 's1' });
    await load(0, value('s1', 1));
    expect(cache.find('a', question('a'))).toBeNull();
  });

  it('again and again fails after three loads', async () => {
    const { ask, cache, load, loads } = setUp();
    const answer = ask('a');
    const refused = expect(answer).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    for (const index of [0, 1, 2]) {
      await settled();
      cache.forget('everyone');
      await load(index, value('s1'));
    }
    await refused;
    expect(loads).toHaveLength(3);
  });
});

describe('stillValid', () => {
  it('is asked on a hit, and what does not hold is dropped', async () => {
    const { warm, cache, question } = setUp();
    await warm('a', value('s1'));
    expect(cache.find('a', question('a', { stillValid: () => false }))).toBeNull();
    expect(cache.find('a', question('a'))).toBeNull();
  });

  it('is asked again in the step that stores', async () => {
    const { ask, load, cache, question } = setUp();
    let revoked = false;
    const answer = ask('a', { stillValid: () => !revoked });
    await settled();
    revoked = true;
    await load(0, value('s1'));
    expect(await answer).toBeNull();
    expect(cache.find('a', question('a'))).toBeNull();
  });

  it('is asked for each waiter in the step that serves', async () => {
    const { ask, load } = setUp();
    const asked = jest.fn(() => true);
    const leader = ask('a');
    const follower = ask('a', { stillValid: asked });
    await load(0, value('s1'));
    await Promise.all([leader, follower]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('lets nothing out when it throws', async () => {
    const { warm, cache, question, ask, load } = setUp();
    const stillValid = () => {
      throw new StoreUnavailableError('unconfirmed');
    };
    await warm('a', value('s1'));
    expect(() => cache.find('a', question('a', { stillValid }))).toThrow('unconfirmed');
    const answer = ask('b', { stillValid });
    const refused = expect(answer).rejects.toThrow('unconfirmed');
    await load(0, value('s2'));
    await refused;
    expect(cache.find('b', question('b'))).toBeNull();
  });
});

describe('close', () => {
  it('aborts what runs and refuses what comes', async () => {
    const { warm, ask, cache, loads, clock, failures } = setUp();
    await warm('a', value('s1'));
    clock.advance(30_001);
    await ask('a');
    const waiting = ask('a', { maxAge: 1 });
    const refused = expect(waiting).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    await settled();
    cache.close();
    await refused;
    expect(loads.map(({ signal }) => signal.aborted)).toEqual([true]);
    await expect(ask('a')).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    expect(failures).toEqual([]);
  });
});
