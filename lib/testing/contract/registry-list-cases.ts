/** The list of sessions: what is listed, when it was last seen, and what goes. */
import { type ContractCase, same } from './contract-case.js';
import { row } from './samples.js';

const OTHERS = 'a devices page that shows or ends the sessions of somebody else (Ubiquiti, December 2023)';
const LEFT = 'what is left of a session under any name can be found, and taken for a live one';
const FOREVER = 'sessions that ended would be listed for ever';

export const REGISTRY_LIST_CASES: readonly ContractCase[] = [
  {
    asks: 'seen() writes last-seen alone, and only forwards',
    because:
      'Cloudflare, January 2023: a "last seen" update wrote whole records back, and blanked what was redacted in them',
    async run(steps) {
      await steps.add(row('r1'), 'h1');
      await steps.add(row('r2'), 'h2');
      await steps.store.registry.seen(new Map([['r1', 5_000]]));
      await steps.store.registry.seen(new Map([['r1', 4_000]]));
      same([await steps.find('r1'), await steps.find('r2')], [row('r1', { lastSeenAt: 5_000 }), row('r2')]);
    },
  },
  {
    asks: 'seen() writes thousands of times in one call',
    because: 'they are written for all sessions of a process at once',
    async run(steps) {
      await steps.add(row('r1'), 'h1');
      const marks = new Map(Array.from({ length: 2_500 }, (_none, each) => [`x${each}`, 5_000]));
      await steps.store.registry.seen(marks.set('r1', 6_000));
      same((await steps.find('r1'))?.lastSeenAt, 6_000);
    },
  },
  {
    asks: "list() lists a subject's sessions, newest first, and nobody else's",
    because: OTHERS,
    async run(steps) {
      const many = Array.from({ length: 250 }, (_none, each) => `r${String(each).padStart(3, '0')}`);
      for (const [index, root] of many.entries()) await steps.add(row(root, { createdAt: index }), `h ${root}`);
      await steps.add(row('other', { subject: 'u1 ' }), 'h other');
      same(await steps.rootsOf('u1'), many.reverse());
      same([await steps.rootsOf('u1 '), await steps.rootsOf('U1')], [['other'], []]);
    },
  },
  {
    asks: 'list() lists each session once if all were created at the same moment',
    because: 'whoever ends all sessions of a subject would miss some',
    async run(steps) {
      const many = Array.from({ length: 205 }, (_none, each) => `r${each}`);
      for (const root of many) await steps.add(row(root), `h ${root}`);
      same((await steps.rootsOf('u1')).sort(), many.sort());
    },
  },
  {
    asks: 'remove() forgets a session by every name',
    because: LEFT,
    async run(steps) {
      await steps.add(row('r1'), 'h1');
      await steps.rename('r1', 'r1.a', 'h2', 'mac 2');
      await steps.store.registry.remove('r1');
      for (const name of ['r1', 'h1', 'r1.a', 'h2']) same(await steps.find(name), null);
      same(await steps.rootsOf('u1'), []);
      await steps.add(row('r1'), 'h1');
      same(await steps.find('h2'), null);
    },
  },
  {
    asks: 'prune() drops what expired before a time, and only that',
    because: FOREVER,
    async run(steps) {
      for (let each = 0; each < 1_100; each++) await steps.add(row(`old${each}`, { expiresAt: 5_000 }), `h${each}`);
      await steps.add(row('r1', { expiresAt: 5_001 }), 'h r1');
      await steps.store.registry.prune(5_001);
      same([await steps.rootsOf('u1'), await steps.find('h7')], [['r1'], null]);
    },
  },
  {
    asks: 'clear() drops what was created before a time, however long it lives, and only that',
    because: FOREVER,
    async run(steps) {
      for (let each = 0; each < 1_100; each++) await steps.add(row(`old${each}`, { createdAt: 4_999 }), `h${each}`);
      await steps.add(row('r1', { createdAt: 5_000, expiresAt: 5_001 }), 'h r1');
      await steps.store.registry.clear(5_000);
      same([await steps.rootsOf('u1'), await steps.find('h7')], [['r1'], null]);
    },
  },
];
