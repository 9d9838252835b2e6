/** The revocation log: what a process that polls it is told. */
import { type ContractCase, same } from './contract-case.js';
import { revocation } from './samples.js';
import { keysOf } from './steps.js';

const MISSED = 'a process that misses an entry goes on admitting a session that was revoked';

export const LOG_POLL_CASES: readonly ContractCase[] = [
  {
    asks: 'poll() answers what came after the position that the asker holds, and that it is held',
    because: MISSED,
    async run(steps) {
      await steps.found();
      const { genesis, position } = await steps.append(revocation('root', 'r1'));
      const before = await steps.poll({ genesis, position });
      same([before.entries, before.holdsOwnPosition], [[], true]);
      await steps.append(revocation('root', 'r2'));
      const { entries, holdsOwnPosition, reload } = await steps.poll({ genesis, position });
      same([keysOf(entries), holdsOwnPosition, reload], [['r2'], true, false]);
    },
  },
  {
    asks: 'poll() says so if the asker knows a position that is not in the log',
    because: 'a store that was restored from a backup has forgotten revocations, and only that position tells',
    async run(steps) {
      await steps.found();
      const { genesis, position } = await steps.append(revocation('root', 'r1'));
      for (const lost of [position - 1, position + 1, position + 2 ** 20]) {
        const { holdsOwnPosition, reload } = await steps.poll({ genesis, position: lost });
        same([lost, holdsOwnPosition, reload], [lost, false, false]);
      }
    },
  },
  {
    asks: 'poll() sends everything to an asker of another log, and says that it replaces what it holds',
    because: MISSED,
    async run(steps) {
      await steps.found();
      const { position } = await steps.append(revocation('root', 'r1'));
      const { reload, entries } = await steps.poll({ genesis: 'another', position });
      same([reload, keysOf(entries)], [true, ['r1']]);
    },
  },
  {
    asks: 'poll() goes on after the last entry the asker has, and from its own position if that one is gone',
    because: MISSED,
    async run(steps) {
      await steps.found();
      const { genesis, position } = await steps.append(revocation('root', 'r1'));
      const refresh = await steps.append(revocation('refresh', 'u1'));
      await steps.append(revocation('refresh', 'u2'));
      const held = { genesis, position, latest: refresh.position };
      same(keysOf((await steps.poll(held)).entries), ['u2']);
      same(keysOf((await steps.poll({ ...held, latest: refresh.position + 1 })).entries), ['u1', 'u2']);
    },
  },
  {
    asks: 'unchanged() is true until something is appended, by this handle too; a store without it has no version',
    because: 'a request is admitted without a poll as long as it says so',
    async run(steps) {
      await steps.found();
      const { log } = steps.store;
      const { version } = await steps.everything();
      if (log.unchanged === undefined) return same(version, '');
      same(log.unchanged(version), true);
      await steps.append(revocation('root', 'r1'));
      same(log.unchanged(version), false);
      const next = (await steps.everything()).version;
      same([log.unchanged(next), log.unchanged(version)], [true, false]);
    },
  },
];
