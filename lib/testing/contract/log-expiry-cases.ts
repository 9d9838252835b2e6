/** The revocation log: what it may forget, and when. */
import { type ContractCase, KEEP, same } from './contract-case.js';
import { revocation } from './samples.js';
import { keysOf } from './steps.js';

const HOUR = 3_600_000;
const FORGOTTEN = 'a revocation that is forgotten while sessions of its time are alive brings them back';
const ENDLESS = 'a log that keeps all of it grows until it is too slow to be asked';

export const LOG_EXPIRY_CASES: readonly ContractCase[] = [
  {
    asks: 'append() moves the base over entries older than `keep`, in the same step, and no further',
    because: FORGOTTEN,
    async run(steps) {
      await steps.found();
      const first = await steps.append(revocation('root', 'r1'));
      steps.clock.now += HOUR;
      const second = await steps.append(revocation('root', 'r2'));
      steps.clock.now += KEEP - HOUR + 1;
      await steps.append(revocation('root', 'r3'));
      const { entries } = await steps.everything();
      const { base, genesis } = await steps.header();
      same([base, keysOf(entries)], [first.position, ['r2', 'r3']]);
      const { reload, holdsOwnPosition } = await steps.poll({ genesis, position: first.position });
      same([reload, holdsOwnPosition], [false, true]);
      same((await steps.poll({ genesis, position: second.position })).holdsOwnPosition, true);
    },
  },
  {
    asks: 'poll() reloads an asker that is older than the base',
    because: FORGOTTEN,
    async run(steps) {
      await steps.found();
      const { genesis } = await steps.append(revocation('root', 'r1'));
      steps.clock.now += KEEP + 1;
      await steps.append(revocation('root', 'r2'));
      same((await steps.poll({ genesis, position: 0 })).reload, true);
    },
  },
  {
    asks: 'append() of `everyone` lets all before it go, but not its own entry',
    because: `${FORGOTTEN}; and ${ENDLESS}`,
    async run(steps) {
      await steps.found();
      await steps.append(revocation('root', 'r1'));
      const last = await steps.append(revocation('subject', 'u1'));
      const everyone = await steps.append(revocation('everyone'));
      const { entries } = await steps.everything();
      same((await steps.header()).base, last.position);
      same(
        entries.map(({ position }) => position),
        [everyone.position],
      );
    },
  },
  {
    asks: 'append() still knows the tag of an entry that an `everyone` let go',
    because: 'a second try that comes late would revoke again, after the user has logged in anew',
    async run(steps) {
      await steps.found();
      const late = revocation('subject', 'u1');
      const first = await steps.append(late);
      await steps.append(revocation('everyone'));
      same((await steps.append(late)).position, first.position);
    },
  },
  {
    asks: 'append() drops refreshes after an hour and never moves the base to one',
    because: `sessions are born at revocations, not at refreshes; and ${ENDLESS}`,
    async run(steps) {
      await steps.found();
      const { genesis, position } = await steps.append(revocation('root', 'r1'));
      await steps.append(revocation('refresh', 'u1'));
      steps.clock.now += HOUR + 1;
      await steps.append(revocation('refresh', 'u2'));
      same(keysOf((await steps.everything()).entries), ['r1', 'u2']);
      steps.clock.now += KEEP;
      await steps.append(revocation('refresh', 'u3'));
      same((await steps.header()).base, position);
      const { holdsOwnPosition, reload } = await steps.poll({ genesis, position });
      same([holdsOwnPosition, reload], [true, false]);
    },
  },
  {
    asks: 'append() clears a backlog within a few steps and loses nothing of what counts',
    because: `${FORGOTTEN}; and ${ENDLESS}`,
    async run(steps) {
      await steps.found();
      await Promise.all(Array.from({ length: 600 }, (_none, each) => steps.append(revocation('root', `old${each}`))));
      steps.clock.now += KEEP + 1;
      const fresh: string[] = [];
      for (let each = 0; each < 4; each++) {
        await steps.append(revocation('root', `new${each}`));
        fresh.push(`new${each}`);
        same(keysOf((await steps.everything()).entries).slice(-fresh.length), fresh);
      }
      same(keysOf((await steps.everything()).entries), fresh);
    },
  },
  {
    asks: 'append() keeps everything while the clock is set back',
    because: FORGOTTEN,
    async run(steps) {
      await steps.found();
      await steps.append(revocation('root', 'r1'));
      steps.clock.now -= 10 * KEEP;
      await steps.append(revocation('root', 'r2'));
      same(keysOf((await steps.everything()).entries), ['r1', 'r2']);
    },
  },
];
