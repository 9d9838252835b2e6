/** Values of a session that is over: nothing is read of it, and nothing written, however late a request is. */
import type { NewEntry } from '../../revocation/log.js';
import type { StoredOwner } from '../../session/stored-port.js';
import { type ContractCase, refuses, same } from './contract-case.js';
import { storedEntry as entry, revocation } from './samples.js';
import { IDLE, NOW, SIGNAL, type Steps } from './steps.js';

const LATE = 'a slow request writes back what a logout had ended (express-session #632, connect-redis #328: M21)';
const WRONG_END = 'somebody who was not logged out loses what they had';
const EARLIER = 'a session that is older than what the log still knows may have been revoked';

/** A case that begins with a log. */
function afterFounding(asks: string, because: string, run: (steps: Steps) => Promise<void>): ContractCase {
  return {
    asks,
    because,
    async run(steps) {
      await steps.found();
      await run(steps);
    },
  };
}

/** Every step on it. */
async function isOver(steps: Steps, mine: StoredOwner): Promise<void> {
  same(await steps.store.stored.get(mine, 'cart', SIGNAL), { live: false, value: null });
  same(await steps.store.stored.take(mine, 'cart', SIGNAL), { live: false, value: null });
  same([await steps.set(mine, entry('late')), await steps.remove(mine, 'cart')], ['over', false]);
  const live = await steps.session('live', { subject: 'u9', birth: await steps.latest() });
  same(await steps.copy(mine, live, [entry('cart')]), false);
  same(await steps.copy(live, mine, [entry('cart')]), false);
  same(await steps.store.stored.get(live, 'cart', SIGNAL), { live: true, value: null });
  await steps.store.registry.remove('live');
}

const ending: readonly (readonly [string, () => NewEntry])[] = [
  ['its root', () => revocation('root', 'r1')],
  ['its id', () => revocation('id', 'r1.b')],
  ['its subject', () => revocation('subject', 'u1', ['r7', 'r1.b'])],
  ['everyone', () => revocation('everyone')],
];

const sparing: readonly (readonly [string, () => NewEntry])[] = [
  ['of another root', () => revocation('root', 'r2')],
  ['of another id of it', () => revocation('id', 'r1.old')],
  ['of another subject', () => revocation('subject', 'u2')],
  ['of its subject, which spares it', () => revocation('subject', 'u1', ['r2', 'r1'])],
  ['of a root named as its subject', () => revocation('root', 'u1')],
  ['of a subject named as its root', () => revocation('subject', 'r1')],
  ['that is only a refresh', () => revocation('refresh', 'u1')],
];

const revoked: readonly ContractCase[] = [
  ...ending.map(([what, revoke]) =>
    afterFounding(`after a revocation of ${what} nothing is read or written`, LATE, async (steps) => {
      const mine = await steps.session('r1', { id: 'r1.b' });
      await steps.set(mine, entry('cart'));
      await steps.append(revoke());
      await isOver(steps, mine);
    }),
  ),
  ...sparing.map(([what, revoke]) =>
    afterFounding(`after a revocation ${what} all is as before`, WRONG_END, async (steps) => {
      const mine = await steps.session('r1', { id: 'r1.b' });
      await steps.set(mine, entry('cart'));
      await steps.append(revoke());
      same([await steps.get(mine, 'cart'), await steps.set(mine, entry('more'))], ['"cart"', 'written']);
    }),
  ),
  afterFounding('a session born at a revocation or later is live, whatever came before', WRONG_END, async (steps) => {
    await steps.append(revocation('subject', 'u1'));
    const { position: birth } = await steps.append(revocation('root', 'r1'));
    const mine = await steps.session('r1', { birth });
    same(await steps.set(mine, entry('cart')), 'written');
    await steps.append(revocation('root', 'r2'));
    same(await steps.get(mine, 'cart'), '"cart"');
  }),
  afterFounding('an anonymous session is ended by everyone alone', LATE, async (steps) => {
    const mine = await steps.anonymous('r1');
    await steps.set(mine, entry('cart'));
    for (const each of [revocation('root', 'r2'), revocation('subject', 'u1')]) await steps.append(each);
    same(await steps.get(mine, 'cart'), '"cart"');
    await steps.append(revocation('everyone'));
    await isOver(steps, mine);
  }),
];

const ended: readonly ContractCase[] = [
  afterFounding('nothing is read or written of a session that is not listed', LATE, (steps) =>
    isOver(steps, steps.owner('r1')),
  ),
  afterFounding('nothing is read or written of a session that is listed as the other kind', LATE, async (steps) => {
    await steps.session('r1');
    await steps.anonymous('a1');
    await isOver(steps, steps.nobody('r1'));
    await isOver(steps, steps.owner('a1'));
  }),
  afterFounding('nothing is written of a session of another log', EARLIER, async (steps) => {
    same(await steps.set(await steps.session('r1', { genesis: 'another' }), entry('cart')), 'over');
  }),
  afterFounding(
    'nothing is written of a session born where the log has nothing, at a refresh, or before its base',
    EARLIER,
    async (steps) => {
      const { position: refresh } = await steps.append(revocation('refresh', 'u2'));
      const { position: early } = await steps.append(revocation('root', 'r9'));
      const { position: late } = await steps.append(revocation('root', 'r8'));
      await steps.append(revocation('everyone'));
      same((await steps.header()).base, late);
      await steps.session('r1');
      for (const birth of [0, refresh, early, late + 1, 1e15]) {
        same([birth, await steps.set(steps.owner('r1', { birth }), entry('cart'))], [birth, 'over']);
      }
    },
  ),
  afterFounding('nothing is written of a session from the moment on at which it expires', LATE, async (steps) => {
    const mine = await steps.session('r1');
    same(await steps.set({ ...mine, now: 8_999 }, entry('cart')), 'written');
    same(await steps.set({ ...mine, now: 9_000 }, entry('cart')), 'over');
  }),
  afterFounding(
    'nothing is written of an anonymous session that nobody used for the idle time',
    LATE,
    async (steps) => {
      const mine = await steps.anonymous('a1', NOW);
      for (const now of [NOW + IDLE, NOW - IDLE]) same(await steps.set({ ...mine, now }, entry('cart')), 'over');
      same(await steps.set({ ...mine, now: NOW + IDLE - 1 }, entry('cart')), 'written');
      same(await steps.get({ ...mine, now: NOW + IDLE + 10 }, 'cart'), '"cart"');
    },
  ),
  afterFounding('copy() writes all, and leaves what was copied where it was', WRONG_END, async (steps) => {
    const [from, to] = [await steps.anonymous('a1'), await steps.session('r1')];
    await steps.set(from, entry('cart'));
    await steps.set(to, entry('own'));
    same(await steps.copy(from, to, [entry('cart', '"cart"'), entry('lang', '"de"')]), true);
    const kept = await Promise.all(['cart', 'lang', 'own'].map((key) => steps.get(to, key)));
    same([...kept, await steps.get(from, 'cart')], ['"cart"', '"de"', '"own"', '"cart"']);
  }),
  afterFounding('copy() writes nothing if one entry can not be written', 'half a cart is no cart', async (steps) => {
    const [from, to] = [await steps.anonymous('a1'), await steps.session('r1')];
    await refuses(steps.copy(from, to, [entry('cart'), entry('bad', '')]), 'ERR_STORE_UNAVAILABLE');
    same(await steps.get(to, 'cart'), undefined);
  }),
];

export const STORED_LIVENESS_CASES: readonly ContractCase[] = [...revoked, ...ended];
