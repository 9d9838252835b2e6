/** The revocation log: how it begins, and what an append is. The rules are those of revocation/log.ts. */
import assert from 'node:assert';
import type { NewEntry } from '../../revocation/log.js';
import { type ContractCase, KEEP, refuses, same } from './contract-case.js';
import { revocation } from './samples.js';
import { keysOf } from './steps.js';

const TWO_LOGS = 'two processes that start at once would revoke in two logs, and neither would hear of the other';
const LOST = 'a revocation that is lost is a logout that did not happen (express-session #632)';
const SWALLOWED = 'what a store swallows or changes revokes nobody, or somebody else';

const founding: readonly ContractCase[] = [
  {
    asks: 'found() starts the first log, once, and says what it is',
    because: TWO_LOGS,
    async run(steps) {
      same((await steps.everything()).header, null);
      same([await steps.found(null), await steps.found(null)], [true, false]);
      const { header, life, reload, more, entries } = await steps.everything();
      const { maxLease, ...rest } = header ?? (await steps.header());
      same([rest.life, rest.keep, maxLease, rest.doubt, rest.base], [life, KEEP, steps.store.log.lease, null, 0]);
      same({ reload, more, entries }, { reload: true, more: false, entries: [] });
    },
  },
  {
    asks: 'found() starts another log only in place of the one that was seen, empty and under new names',
    because: 'of two processes that doubt a log one would throw away what the other has revoked since',
    async run(steps) {
      await steps.found();
      await steps.append(revocation('root', 'r1'));
      const before = await steps.header();
      same([await steps.found('another epoch'), await steps.found(before.epoch)], [false, true]);
      const { entries } = await steps.everything();
      const after = await steps.header();
      same(entries, []);
      assert.notStrictEqual(after.genesis, before.genesis, 'genesis must be new');
      assert.notStrictEqual(after.epoch, before.epoch, 'epoch must be new');
    },
  },
];

const appending: readonly ContractCase[] = [
  {
    asks: 'append() refuses while there is no log',
    because: 'whoever revoked would believe it, and nobody would ever read it',
    run: (steps) => refuses(steps.append(revocation('root', 'r1')), 'ERR_STORE_UNAVAILABLE'),
  },
  {
    asks: 'append() adds entries as they are, in the order of their positions',
    because: LOST,
    async run(steps) {
      await steps.found();
      const added = [
        revocation('root', 'r1'),
        revocation('subject', 'u1', ['r2', 'r3']),
        revocation('id', 'i1'),
        revocation('refresh', 'u1'),
      ];
      const positions: number[] = [];
      for (const entry of added) positions.push((await steps.append(entry)).position);
      const { genesis } = await steps.header();
      const { entries } = await steps.poll({ genesis, position: positions[0] ?? 0 });
      const expected = added
        .slice(1)
        .map((entry, index) => ({ ...entry, position: positions[index + 1], at: steps.clock.now }));
      same(entries, expected);
      same(
        [...positions].sort((one, other) => one - other),
        positions,
      );
      assert(positions.every(Number.isSafeInteger), 'positions must be safe integers');
    },
  },
  {
    asks: 'append() names the log that took the entry',
    because: 'a revocation that went into a log which was replaced meanwhile would count as done',
    async run(steps) {
      await steps.found();
      const header = await steps.header();
      const { genesis, epoch } = await steps.append(revocation('root', 'r1'));
      same([genesis, epoch], [header.genesis, header.epoch]);
    },
  },
  {
    asks: 'append() adds one entry for one tag, however often and however concurrently it is tried',
    because: 'a step whose answer was late is tried again, and what came after it in between would be undone',
    async run(steps) {
      await steps.found();
      const once = revocation('root', 'r1');
      const [first, together] = await Promise.all([steps.append(once), steps.append(once)]);
      const again = await steps.append(once);
      same([together.position, again.position], [first.position, first.position]);
      same((await steps.everything()).entries.length, 1);
    },
  },
  {
    asks: 'append() gives each position to one history alone, a sequence number times 2^20 with random bits below',
    because: 'a process that knew the old history would take a position of the new one for its own, and miss the rest',
    async run(steps) {
      const positions: number[] = [];
      for (let history = 0; history < 2; history++) {
        await steps.found((await steps.everything()).header?.epoch ?? null);
        for (let each = 0; each < 5; each++)
          positions.push((await steps.append(revocation('root', `r${each}`))).position);
      }
      same(new Set(positions).size, 10);
      same(
        positions.slice(0, 5).map((position) => Math.floor(position / 2 ** 20)),
        [1, 2, 3, 4, 5],
      );
    },
  },
  {
    asks: 'append() and poll() give keys back as they went in, whatever is in them',
    because: SWALLOWED,
    async run(steps) {
      await steps.found();
      const keys = ['__proto__', "'; DROP TABLE", 'e\u0301', '\u00e9', '\u{1f600}', ' ', '%', 'a'.repeat(5_000)];
      for (const key of keys) await steps.append(revocation('subject', key, [key]));
      const { entries } = await steps.everything();
      same(keysOf(entries), keys);
      same(
        entries.map(({ except }) => except[0]),
        keys,
      );
    },
  },
];

const malformed: readonly (readonly [string, NewEntry])[] = [
  ['an empty key', revocation('root', '')],
  ['a key for everyone', revocation('everyone', 'u1')],
  ['an empty tag', { ...revocation('root', 'r1'), tag: '' }],
  ['NUL in a key', revocation('subject', 'u1\0admin')],
  ['half a surrogate pair', revocation('subject', 'u\ud800')],
];

export const LOG_CASES: readonly ContractCase[] = [
  ...founding,
  ...appending,
  ...malformed.map(([what, entry]) => ({
    asks: `append() refuses ${what}, and keeps nothing of it`,
    because: SWALLOWED,
    async run(steps: Parameters<ContractCase['run']>[0]) {
      await steps.found();
      await refuses(steps.append(entry), 'ERR_INVALID_ARGUMENT');
      same((await steps.everything()).entries, []);
    },
  })),
];
