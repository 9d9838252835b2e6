/** Anonymous sessions: which of them go, and that values go with whatever they hang on. */
import type { ContractCase } from './contract-case.js';
import { same } from './contract-case.js';
import { storedEntry as entry } from './samples.js';
import { NOW, SIGNAL, type Steps } from './steps.js';

const INHERITED = 'whoever gets the same root later would inherit the values of somebody else (M22)';
const FLOODED =
  'visitors without cookies make one with each request: a list without an end, or one that drops the wrong ones';
const PLACES = [
  ['a1', 4_500],
  ['a2', 4_400],
  ['a3', 4_600],
] as const;

const cases: readonly (readonly [asks: string, because: string, run: (steps: Steps) => Promise<void>])[] = [
  [
    'values go with their session, when it is removed or pruned',
    INHERITED,
    async (steps) => {
      const [removed, pruned] = [await steps.session('r1'), await steps.session('r2')];
      for (const each of [removed, pruned]) await steps.set(each, entry('cart'));
      await steps.store.registry.remove('r1');
      await steps.session('r1');
      same(await steps.get(removed, 'cart'), undefined);
      await steps.store.registry.prune(9_001);
      await steps.session('r2');
      same(await steps.get(pruned, 'cart'), undefined);
    },
  ],
  [
    'values go with their anonymous session, when it is removed, pruned or too many',
    INHERITED,
    async (steps) => {
      const { anonymous } = steps.store;
      for (const root of ['a1', 'a2', 'a3', 'a4']) await steps.set(await steps.anonymous(root), entry('cart'));
      await anonymous.remove('a1', SIGNAL);
      await anonymous.seen(new Map([['a3', NOW + 100]]));
      await anonymous.add('a5', NOW + 200, 2, SIGNAL);
      await steps.set(steps.nobody('a5'), entry('cart'));
      await anonymous.prune(NOW + 101);
      for (const root of ['a1', 'a2', 'a3', 'a4']) await steps.anonymous(root);
      const roots = ['a1', 'a2', 'a3', 'a4', 'a5'];
      const left = await Promise.all(roots.map((root) => steps.get(steps.nobody(root), 'cart')));
      same(left, [undefined, undefined, undefined, undefined, '"cart"']);
    },
  ],
  [
    'values stay when the id of their session changes',
    'a login, which changes it, would lose the cart',
    async (steps) => {
      const mine = await steps.session('r1');
      await steps.set(mine, entry('cart'));
      await steps.rename('r1', 'r1.b', 'h2', 'm');
      same(await steps.get(steps.owner('r1', { id: 'r1.b' }), 'cart'), '"cart"');
    },
  ],
  [
    'anonymous sessions go where there are too many, the longest unused first',
    FLOODED,
    async (steps) => {
      for (const [root, usedAt] of PLACES) await steps.store.anonymous.add(root, usedAt, 3, SIGNAL);
      await steps.store.anonymous.seen(new Map([['a2', 4_700]]));
      await steps.store.anonymous.add('a4', 4_800, 3, SIGNAL);
      same(await steps.alive(['a1', 'a2', 'a3', 'a4']), ['a2', 'a3', 'a4']);
    },
  ],
  [
    'anonymous sessions go in the order they came if all came at one moment',
    FLOODED,
    async (steps) => {
      const roots = Array.from({ length: 30 }, (_none, each) => `a${each}`);
      for (const root of roots) await steps.store.anonymous.add(root, NOW, 5, SIGNAL);
      same(await steps.alive(roots), roots.slice(-5));
    },
  ],
  [
    'anonymous sessions are marked as used only forwards, and only those that are there',
    FLOODED,
    async (steps) => {
      const { anonymous } = steps.store;
      await steps.anonymous('a1', 4_500);
      await anonymous.seen(new Map([['a1', 4_400]]).set('a9', NOW));
      same(await steps.alive(['a1', 'a9']), ['a1']);
      await anonymous.prune(4_500);
      same(await steps.alive(['a1']), ['a1']);
      await anonymous.prune(4_501);
      same(await steps.alive(['a1']), []);
    },
  ],
  [
    'anonymous sessions are used by writing, not only by marks',
    FLOODED,
    async (steps) => {
      await steps.set(await steps.anonymous('a1', 4_500), entry('cart'));
      await steps.store.anonymous.prune(NOW);
      same(await steps.alive(['a1']), ['a1']);
    },
  ],
  [
    'anonymous sessions are pruned by the hundred',
    FLOODED,
    async (steps) => {
      for (let each = 0; each < 250; each++) await steps.store.anonymous.add(`a${each}`, each, 1_000, SIGNAL);
      await steps.store.anonymous.prune(240);
      await steps.store.anonymous.seen(new Map(Array.from({ length: 250 }, (_none, each) => [`a${each}`, NOW])));
      same(await steps.alive(['a0', 'a100', 'a239', 'a240']), ['a240']);
    },
  ],
];

export const ANONYMOUS_CASES: readonly ContractCase[] = cases.map(([asks, because, run]) => ({
  asks,
  because,
  async run(steps) {
    await steps.found();
    await run(steps);
  },
}));
