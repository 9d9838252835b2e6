/** What every store's values and anonymous sessions keep. The rules are those of lib/session/stored-port.ts. */
import type { NewEntry } from '../../lib/revocation/log.js';
import {
  type AnonymousOwner,
  LARGEST_SESSION,
  LARGEST_VALUE,
  MOST_KEYS,
  type NamedOwner,
  type StoredEntry,
  type StoredOwner,
} from '../../lib/session/stored-port.js';
import type { OpenStore } from '../../lib/stores/store.js';
import { entry as revocation } from './log-contract.js';
import { row } from './registry-contract.js';

const signal = new AbortController().signal;
const NOW = 5_000;
const IDLE = 1_000;

export function entry(key: string, text = `"${key}"`): StoredEntry {
  return { key, text, mac: `mac of ${key}` };
}

export function storedContract(open: () => OpenStore): void {
  it('says that it can not tell while there is no log', async () => {
    const store = open();
    await store.registry.add(row('r1'), { hash: 'h', proof: 'p' });
    const claims = { root: 'r1', id: 'r1', subject: 'u1', genesis: 'g', birth: 0 };
    const setting = store.stored.set({ kind: 'session', claims, now: NOW }, entry('cart'), signal);
    await expect(setting).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    await store.close();
  });

  describe('once there is a log', () => storedSteps(open));
}

function storedSteps(open: () => OpenStore): void {
  let store: OpenStore;
  let genesis: string;

  beforeEach(async () => {
    store = open();
    await store.log.found(null, signal);
    genesis = (await header()).genesis;
  });
  afterEach(() => store.close());

  const header = async () => {
    const { header } = await store.log.poll({ member: null, after: null }, signal);
    if (header === null) throw new Error('no header');
    return header;
  };
  const latest = async () => {
    const { entries } = await store.log.poll({ member: null, after: null }, signal);
    return entries.findLast(({ kind }) => kind !== 'refresh')?.position ?? (await header()).base;
  };
  const append = async (entry: NewEntry) => (await store.log.append(entry, signal)).position;
  const get = async (owner: StoredOwner, key: string) => (await store.stored.get(owner, key, signal)).value?.text;
  const set = (owner: StoredOwner, added: StoredEntry) => store.stored.set(owner, added, signal);
  const take = async (owner: StoredOwner, key: string) => (await store.stored.take(owner, key, signal)).value?.text;
  const remove = (owner: StoredOwner, key: string) => store.stored.delete(owner, key, signal);
  const copy = (from: StoredOwner, to: StoredOwner, entries: readonly StoredEntry[]) =>
    store.stored.copy(from, to, entries, signal);

  function owner(root: string, claims: Partial<NamedOwner['claims']> = {}): NamedOwner {
    return { kind: 'session', claims: { root, id: root, subject: 'u1', genesis, birth: 0, ...claims }, now: NOW };
  }
  async function session(root = 'r1', claims: Partial<NamedOwner['claims']> = {}): Promise<NamedOwner> {
    const { claims: made } = owner(root, claims);
    await store.registry.add(row(root, { subject: made.subject }), { hash: `h ${root}`, proof: 'p' });
    return owner(root, claims);
  }
  function nobody(root: string): AnonymousOwner {
    return { kind: 'anonymous', claims: { root, genesis, birth: 0 }, now: NOW, idle: IDLE };
  }
  async function anonymous(root = 'a1', usedAt = NOW): Promise<AnonymousOwner> {
    await store.anonymous.add(root, usedAt, 100, signal);
    return nobody(root);
  }

  describe.each([['a session'], ['an anonymous session']])('of %s', (kind) => {
    const begun = () => (kind === 'a session' ? session('s1') : anonymous('s1'));

    it('gives back a value with its MAC as it was set, and nothing under other keys', async () => {
      const mine = await begun();
      expect(await set(mine, entry('cart', '["a\\u0000"]'))).toBe('written');
      expect(await store.stored.get(mine, 'cart', signal)).toEqual({
        live: true,
        value: { text: '["a\\u0000"]', mac: 'mac of cart' },
      });
      for (const key of ['CART', 'cart ', 'car', '%', "' OR 1=1 --"]) expect(await get(mine, key)).toBeUndefined();
    });

    it.each(['__proto__', 'constructor', 'hasOwnProperty', 'x'.repeat(256), '\u{1f36a}', ' '])(
      'takes the key %j as any other',
      async (key) => {
        const mine = await begun();
        expect(await get(mine, key)).toBeUndefined();
        await set(mine, entry(key, '1'));
        expect(await take(mine, key)).toBe('1');
        expect(await get(mine, key)).toBeUndefined();
      },
    );

    it('writes one key a time: two writers to different keys lose nothing', async () => {
      const mine = await begun();
      const keys = Array.from({ length: 50 }, (_, each) => `k${each}`);
      await Promise.all(keys.map((key) => set(mine, entry(key))));
      expect(await Promise.all(keys.map((key) => get(mine, key)))).toEqual(keys.map((key) => `"${key}"`));
    });

    it('replaces a value as a whole', async () => {
      const mine = await begun();
      await set(mine, entry('cart', '"long ago"'));
      await set(mine, { key: 'cart', text: '2', mac: 'mac 2' });
      expect(await store.stored.get(mine, 'cart', signal)).toMatchObject({ value: { text: '2', mac: 'mac 2' } });
    });

    it('hands a value to one of a hundred who take it at once', async () => {
      const mine = await begun();
      await set(mine, entry('ticket', '"won"'));
      const taken = await Promise.all(Array.from({ length: 100 }, () => take(mine, 'ticket')));
      expect(taken.filter((text) => text !== undefined)).toEqual(['"won"']);
    });

    it.each(['key', 'text', 'mac'] as const)('refuses an empty %s', async (field) => {
      const mine = await begun();
      await expect(set(mine, { ...entry('cart'), [field]: '' })).rejects.toMatchObject({
        code: 'ERR_STORE_UNAVAILABLE',
      });
      expect(await get(mine, field === 'key' ? '' : 'cart')).toBeUndefined();
    });

    it('deletes one value, and says that the session is live', async () => {
      const mine = await begun();
      await set(mine, entry('a'));
      await set(mine, entry('b'));
      expect([await remove(mine, 'a'), await remove(mine, 'a')]).toEqual([true, true]);
      expect([await get(mine, 'a'), await get(mine, 'b')]).toEqual([undefined, '"b"']);
    });

    it('keeps the largest value, and as many as a session may have, not a byte more', async () => {
      const mine = await begun();
      const largest = 'x'.repeat(LARGEST_VALUE);
      const most = LARGEST_SESSION / LARGEST_VALUE;
      for (let each = 0; each < most; each++) expect(await set(mine, entry(`k${each}`, largest))).toBe('written');
      expect(await set(mine, entry('more', '1'))).toBe('full');
      expect(await set(mine, entry('k0', largest))).toBe('written');
      expect(await set(mine, entry('k0', '1'))).toBe('written');
      expect(await set(mine, entry('more', 'x'.repeat(LARGEST_VALUE - 1)))).toBe('written');
      expect(await set(mine, entry('k0', '12'))).toBe('full');
      expect([await get(mine, 'k0'), (await get(mine, 'k1'))?.length]).toEqual(['1', LARGEST_VALUE]);
    });

    it('counts bytes, not characters', async () => {
      const mine = await begun();
      const euros = '\u20ac'.repeat(LARGEST_VALUE / 4);
      for (let each = 0; each < 5; each++) expect(await set(mine, entry(`k${each}`, euros))).toBe('written');
      expect(await set(mine, entry('k5', euros))).toBe('full');
    });

    it('keeps so many keys', async () => {
      const mine = await begun();
      for (let each = 0; each < MOST_KEYS; each++) await set(mine, entry(`k${each}`, '1'));
      expect([await set(mine, entry('more', '1')), await set(mine, entry('k1', '2'))]).toEqual(['full', 'written']);
    });

    it("never mixes up two sessions' values", async () => {
      const [mine, other] = [await begun(), await session('s2', { subject: 'u2' })];
      await set(mine, entry('cart', '"mine"'));
      await set(other, entry('cart', '"yours"'));
      expect(await take(mine, 'cart')).toBe('"mine"');
      expect([await get(mine, 'cart'), await get(other, 'cart')]).toEqual([undefined, '"yours"']);
    });
  });

  /** Every step, on a session that has ended: nothing is read, and nothing written. */
  async function expectOver(mine: StoredOwner) {
    expect(await store.stored.get(mine, 'cart', signal)).toEqual({ live: false, value: null });
    expect(await store.stored.take(mine, 'cart', signal)).toEqual({ live: false, value: null });
    expect(await set(mine, entry('late'))).toBe('over');
    expect(await remove(mine, 'cart')).toBe(false);
    const live = await session('live', { subject: 'u9', birth: await latest() });
    expect(await copy(mine, live, [entry('cart')])).toBe(false);
    expect(await copy(live, mine, [entry('cart')])).toBe(false);
    expect(await store.stored.get(live, 'cart', signal)).toEqual({ live: true, value: null });
    await store.registry.remove('live');
  }

  describe('after a revocation', () => {
    const kinds: Record<string, NewEntry> = {
      'of its root': revocation('root', 'r1'),
      'of its id': revocation('id', 'r1.b'),
      'of its subject': revocation('subject', 'u1', ['r7', 'r1.b']),
      'of everyone': revocation('everyone'),
    };
    it.each(Object.keys(kinds))('%s nothing is read or written', async (kind) => {
      const mine = await session('r1', { id: 'r1.b' });
      await set(mine, entry('cart'));
      await append({ ...(kinds[kind] as NewEntry), tag: `${kind} ${genesis}` });
      await expectOver(mine);
    });

    it.each([
      ['of another root', revocation('root', 'r2')],
      ['of another id of it', revocation('id', 'r1.old')],
      ['of another subject', revocation('subject', 'u2')],
      ['of its subject, which spares it', revocation('subject', 'u1', ['r2', 'r1'])],
      ['of a root named as its subject', revocation('root', 'u1')],
      ['of a subject named as its root', revocation('subject', 'r1')],
      ['that is only a refresh', revocation('refresh', 'u1')],
    ])('%s all is as before', async (_kind, entry_) => {
      const mine = await session('r1', { id: 'r1.b' });
      await set(mine, entry('cart'));
      await append({ ...entry_, tag: `${entry_.tag} ${genesis}` });
      expect([await get(mine, 'cart'), await set(mine, entry('more'))]).toEqual(['"cart"', 'written']);
    });

    it('a session born at it or later is live, whatever came before', async () => {
      await append(revocation('subject', 'u1'));
      const birth = await append(revocation('root', 'r1'));
      const mine = await session('r1', { birth });
      expect(await set(mine, entry('cart'))).toBe('written');
      await append(revocation('root', 'r2'));
      expect(await get(mine, 'cart')).toBe('"cart"');
    });

    it('an anonymous session is ended by everyone alone', async () => {
      const mine = await anonymous('r1');
      await set(mine, entry('cart'));
      for (const each of [revocation('root', 'r2'), revocation('subject', 'u1')]) await append(each);
      expect(await get(mine, 'cart')).toBe('"cart"');
      await append(revocation('everyone'));
      await expectOver(mine);
    });
  });

  describe('nothing is read or written of a session', () => {
    it('that is not listed', async () => expectOver(owner('r1')));
    it('that is listed as the other kind', async () => {
      await session('r1');
      await anonymous('a1');
      await expectOver(nobody('r1'));
      await expectOver(owner('a1'));
    });
    it('of another log', async () => {
      const mine = await session('r1', { genesis: 'another' });
      expect(await set(mine, entry('cart'))).toBe('over');
    });
    it('born where the log has nothing, at a refresh, or before its base', async () => {
      const refresh = await append(revocation('refresh', 'u2'));
      const early = await append(revocation('root', 'r9'));
      const late = await append(revocation('root', 'r8'));
      await append(revocation('everyone'));
      expect((await header()).base).toBe(late);
      await session('r1');
      for (const birth of [0, refresh, early, late + 1, 1e15]) {
        expect([birth, await set(owner('r1', { birth }), entry('cart'))]).toEqual([birth, 'over']);
      }
    });
    it('that has expired', async () => {
      const mine = await session('r1');
      expect(await set({ ...mine, now: 8_999 }, entry('cart'))).toBe('written');
      expect(await set({ ...mine, now: 9_000 }, entry('cart'))).toBe('over');
    });
    it('that nobody used for the idle time, if it is anonymous', async () => {
      const mine = await anonymous('a1', NOW);
      for (const now of [NOW + IDLE, NOW - IDLE]) expect(await set({ ...mine, now }, entry('cart'))).toBe('over');
      expect(await set({ ...mine, now: NOW + IDLE - 1 }, entry('cart'))).toBe('written');
      expect(await get({ ...mine, now: NOW + IDLE + 10 }, 'cart')).toBe('"cart"');
    });
  });

  describe('values go', () => {
    it('with their session, when it is removed or pruned', async () => {
      const [removed, pruned] = [await session('r1'), await session('r2')];
      for (const each of [removed, pruned]) await set(each, entry('cart'));
      await store.registry.remove('r1');
      await session('r1');
      expect(await get(removed, 'cart')).toBeUndefined();
      await store.registry.prune(9_001);
      await session('r2');
      expect(await get(pruned, 'cart')).toBeUndefined();
    });

    it('with their anonymous session, when it is removed, pruned or too many', async () => {
      for (const root of ['a1', 'a2', 'a3', 'a4']) await set(await anonymous(root), entry('cart'));
      await store.anonymous.remove('a1', signal);
      await store.anonymous.seen(new Map([['a3', NOW + 100]]));
      await store.anonymous.add('a5', NOW + 200, 2, signal);
      await set(nobody('a5'), entry('cart'));
      await store.anonymous.prune(NOW + 101);
      for (const root of ['a1', 'a2', 'a3', 'a4']) await anonymous(root);
      const left = await Promise.all(['a1', 'a2', 'a3', 'a4', 'a5'].map((root) => get(nobody(root), 'cart')));
      expect(left).toEqual([undefined, undefined, undefined, undefined, '"cart"']);
    });

    it('nowhere when the id changes', async () => {
      const mine = await session('r1');
      await set(mine, entry('cart'));
      await store.registry.rename('r1', { id: 'r1.b', mac: 'm' }, { hash: 'h2', proof: 'p' });
      expect(await get(owner('r1', { id: 'r1.b' }), 'cart')).toBe('"cart"');
    });
  });

  describe('anonymous sessions', () => {
    const live = async (root: string) => (await store.stored.get(nobody(root), 'x', signal)).live;
    const alive = async (roots: readonly string[]) => {
      const answers = await Promise.all(roots.map(live));
      return roots.filter((_root, index) => answers[index]);
    };

    it('go where there are too many, the longest unused first', async () => {
      for (const [root, usedAt] of [
        ['a1', 4_500],
        ['a2', 4_400],
        ['a3', 4_600],
      ] as const)
        await store.anonymous.add(root, usedAt, 3, signal);
      await store.anonymous.seen(new Map([['a2', 4_700]]));
      await store.anonymous.add('a4', 4_800, 3, signal);
      expect(await alive(['a1', 'a2', 'a3', 'a4'])).toEqual(['a2', 'a3', 'a4']);
    });

    it('go in the order they came if all came at one moment', async () => {
      const roots = Array.from({ length: 30 }, (_, each) => `a${each}`);
      for (const root of roots) await store.anonymous.add(root, NOW, 5, signal);
      expect(await alive(roots)).toEqual(roots.slice(-5));
    });

    it('are marked as used only forwards, and only those that are there', async () => {
      await anonymous('a1', 4_500);
      await store.anonymous.seen(
        new Map([
          ['a1', 4_400],
          ['a9', NOW],
        ]),
      );
      expect(await alive(['a1', 'a9'])).toEqual(['a1']);
      await store.anonymous.prune(4_500);
      expect(await alive(['a1'])).toEqual(['a1']);
      await store.anonymous.prune(4_501);
      expect(await alive(['a1'])).toEqual([]);
    });

    it('are used by writing, not only by marks', async () => {
      const mine = await anonymous('a1', 4_500);
      await set(mine, entry('cart'));
      await store.anonymous.prune(NOW);
      expect(await live('a1')).toBe(true);
    });

    it('are pruned by the hundred', async () => {
      for (let each = 0; each < 250; each++) await store.anonymous.add(`a${each}`, each, 1_000, signal);
      await store.anonymous.prune(240);
      await store.anonymous.seen(new Map(Array.from({ length: 250 }, (_, each) => [`a${each}`, NOW])));
      expect(await alive(['a0', 'a100', 'a239', 'a240'])).toEqual(['a240']);
    });
  });

  describe('copy', () => {
    it('writes all, and leaves what was copied where it was', async () => {
      const [from, to] = [await anonymous('a1'), await session('r1')];
      await set(from, entry('cart'));
      await set(to, entry('own'));
      expect(await copy(from, to, [entry('cart', '"cart"'), entry('lang', '"de"')])).toBe(true);
      const kept = await Promise.all(['cart', 'lang', 'own'].map((key) => get(to, key)));
      expect([...kept, await get(from, 'cart')]).toEqual(['"cart"', '"de"', '"own"', '"cart"']);
    });

    it('writes nothing if one entry can not be written', async () => {
      const [from, to] = [await anonymous('a1'), await session('r1')];
      const copying = copy(from, to, [entry('cart'), entry('bad', '')]);
      await expect(copying).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
      expect(await get(to, 'cart')).toBeUndefined();
    });
  });
}
