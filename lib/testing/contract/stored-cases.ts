/** Values of a session, and of an anonymous one. The rules are those of session/stored-port.ts. */
import { LARGEST_SESSION, LARGEST_VALUE, MOST_KEYS, type StoredOwner } from '../../session/stored-port.js';
import { type ContractCase, refuses, same } from './contract-case.js';
import { storedEntry as entry, row } from './samples.js';
import { NOW, SIGNAL, type Steps } from './steps.js';

const MIXED = 'ChatGPT, March 2023: a store answered with the value of somebody else';
const LOST = 'two requests of one page at once: what one of them wrote is undone by the other (M20)';
const TWICE = 'a ticket, a coupon or a login that works twice (M23)';
const FILLED = 'one visitor could fill the store of all';
const KEYS = ['__proto__', 'constructor', 'hasOwnProperty', 'x'.repeat(256), '\u{1f36a}', ' '];

type Run = (steps: Steps, kind: StoredOwner['kind']) => Promise<void>;

/** Of both kinds of sessions. */
const promised: readonly (readonly [asks: string, because: string, run: Run])[] = [
  [
    'get() gives back a value with its MAC as it was set, and nothing under other keys',
    MIXED,
    async (steps, kind) => {
      const mine = await steps.begun(kind);
      same(await steps.set(mine, entry('cart', '["a\\u0000"]')), 'written');
      const expected = { live: true, value: { text: '["a\\u0000"]', mac: 'mac of cart' } };
      same(await steps.store.stored.get(mine, 'cart', SIGNAL), expected);
      for (const key of ['CART', 'cart ', 'car', '%', "' OR 1=1 --"]) same(await steps.get(mine, key), undefined);
    },
  ],
  ...KEYS.map(
    (key) =>
      [
        `get(), set() and take() take the key ${JSON.stringify(key.slice(0, 20))} as any other`,
        'names of keys come from users: one that means something to the store reads or writes what is not theirs',
        async (steps: Steps, kind: StoredOwner['kind']) => {
          const mine = await steps.begun(kind);
          same(await steps.get(mine, key), undefined);
          await steps.set(mine, entry(key, '1'));
          same([await steps.take(mine, key), await steps.get(mine, key)], ['1', undefined]);
        },
      ] as const,
  ),
  [
    'set() writes one key a time: writers to different keys lose nothing',
    LOST,
    async (steps, kind) => {
      const mine = await steps.begun(kind);
      const keys = Array.from({ length: 50 }, (_none, each) => `k${each}`);
      await Promise.all(keys.map((key) => steps.set(mine, entry(key))));
      same(
        await Promise.all(keys.map((key) => steps.get(mine, key))),
        keys.map((key) => `"${key}"`),
      );
    },
  ],
  [
    'set() replaces a value as a whole',
    'a value with the MAC of another is refused, and its user loses it',
    async (steps, kind) => {
      const mine = await steps.begun(kind);
      await steps.set(mine, entry('cart', '"long ago"'));
      await steps.set(mine, { key: 'cart', text: '2', mac: 'mac 2' });
      same((await steps.store.stored.get(mine, 'cart', SIGNAL)).value, { text: '2', mac: 'mac 2' });
    },
  ],
  [
    'take() hands a value to one of a hundred who take it at once',
    TWICE,
    async (steps, kind) => {
      const mine = await steps.begun(kind);
      await steps.set(mine, entry('ticket', '"won"'));
      const taken = await Promise.all(Array.from({ length: 100 }, () => steps.take(mine, 'ticket')));
      same(
        taken.filter((text) => text !== undefined),
        ['"won"'],
      );
    },
  ],
  ...(['key', 'text', 'mac'] as const).map(
    (field) =>
      [
        `set() refuses an empty ${field}`,
        'Cloudflare, January 2023: a write of what had been redacted blanked every service token',
        async (steps: Steps, kind: StoredOwner['kind']) => {
          const mine = await steps.begun(kind);
          await refuses(steps.set(mine, { ...entry('cart'), [field]: '' }), 'ERR_STORE_UNAVAILABLE');
          same(await steps.get(mine, field === 'key' ? '' : 'cart'), undefined);
        },
      ] as const,
  ),
  [
    'delete() deletes one value, and says that the session is live',
    'a handler tells a session that is over from a value that is not there by its answer',
    async (steps, kind) => {
      const mine = await steps.begun(kind);
      await steps.set(mine, entry('a'));
      await steps.set(mine, entry('b'));
      same([await steps.remove(mine, 'a'), await steps.remove(mine, 'a')], [true, true]);
      same([await steps.get(mine, 'a'), await steps.get(mine, 'b')], [undefined, '"b"']);
    },
  ],
  [
    'set() keeps the largest value, and as many as a session may have, not a byte more',
    FILLED,
    async (steps, kind) => {
      const mine = await steps.begun(kind);
      const largest = 'x'.repeat(LARGEST_VALUE);
      const most = LARGEST_SESSION / LARGEST_VALUE;
      for (let each = 0; each < most; each++) same(await steps.set(mine, entry(`k${each}`, largest)), 'written');
      same(await steps.set(mine, entry('more', '1')), 'full');
      same(await steps.set(mine, entry('k0', largest)), 'written');
      same(await steps.set(mine, entry('k0', '1')), 'written');
      same(await steps.set(mine, entry('more', 'x'.repeat(LARGEST_VALUE - 1))), 'written');
      same(await steps.set(mine, entry('k0', '12')), 'full');
      same([await steps.get(mine, 'k0'), (await steps.get(mine, 'k1'))?.length], ['1', LARGEST_VALUE]);
    },
  ],
  [
    'set() counts bytes, not characters',
    FILLED,
    async (steps, kind) => {
      const mine = await steps.begun(kind);
      const euros = '\u20ac'.repeat(LARGEST_VALUE / 4);
      for (let each = 0; each < 5; each++) same(await steps.set(mine, entry(`k${each}`, euros)), 'written');
      same(await steps.set(mine, entry('k5', euros)), 'full');
    },
  ],
  [
    `set() keeps ${MOST_KEYS} keys and no more`,
    FILLED,
    async (steps, kind) => {
      const mine = await steps.begun(kind);
      for (let each = 0; each < MOST_KEYS; each++) await steps.set(mine, entry(`k${each}`, '1'));
      same([await steps.set(mine, entry('more', '1')), await steps.set(mine, entry('k1', '2'))], ['full', 'written']);
    },
  ],
  [
    "get(), set() and take() never mix up two sessions' values",
    MIXED,
    async (steps, kind) => {
      const [mine, other] = [await steps.begun(kind), await steps.session('s2', { subject: 'u2' })];
      await steps.set(mine, entry('cart', '"mine"'));
      await steps.set(other, entry('cart', '"yours"'));
      same(await steps.take(mine, 'cart'), '"mine"');
      same([await steps.get(mine, 'cart'), await steps.get(other, 'cart')], [undefined, '"yours"']);
    },
  ],
];

const WITHOUT_LOG: ContractCase = {
  asks: 'set() says that it can not tell while there is no log',
  because: 'a session that nobody can say is live writes nothing (R11)',
  async run(steps) {
    await steps.add(row('r1'), 'h');
    const claims = { root: 'r1', id: 'r1', subject: 'u1', genesis: 'g', birth: 0 };
    await refuses(steps.set({ kind: 'session', claims, now: NOW }, entry('cart')), 'ERR_STORE_UNAVAILABLE');
  },
};

export const STORED_CASES: readonly ContractCase[] = [
  WITHOUT_LOG,
  ...(['session', 'anonymous'] as const).flatMap((kind) =>
    promised.map(([asks, because, run]) => ({
      asks: `of ${kind === 'session' ? 'a session' : 'an anonymous session'}: ${asks}`,
      because,
      async run(steps: Steps) {
        await steps.found();
        await run(steps, kind);
      },
    })),
  ),
];
