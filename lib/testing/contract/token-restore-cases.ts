/** Service tokens: going back to what they were, and giving them other MACs. The rules are those of tokens/token-store.ts. */
import { same } from './contract-case.js';
import type { TokenCase } from './token-case.js';
import { macNamed, shown } from './token-steps.js';

const UNDONE = 'what a migration or a script has done to tokens could not be undone';
const REVIVED = 'a token that had leaked, and was ended for it, would come back to life';

const NOTHING = { restored: [], unchanged: 0, ended: [], later: [], unproven: [] };

const restoring: readonly TokenCase[] = [
  {
    asks: 'restore() leaves what is as its newest version',
    because: UNDONE,
    async run(steps) {
      await steps.create('token001');
      await steps.rotate('token001', 'second');
      const before = shown(await steps.read('token001'));
      same(await steps.restore(null), { ...NOTHING, unchanged: 1 });
      same(await steps.restore('token001'), { ...NOTHING, unchanged: 1 });
      same(await steps.restore('token009'), NOTHING);
      same(shown(await steps.read('token001')), before);
    },
  },
  {
    asks: 'restore() goes back to a moment, one token or all, as a new version',
    because: UNDONE,
    async run(steps) {
      for (const id of ['token001', 'token002']) {
        await steps.create(id);
        await steps.rotate(id, `${id} second`);
      }
      const before = shown(await steps.read('token001'));
      const { restored } = await steps.restore('token001', { at: 1_999 });
      same(
        restored.map(({ id, changed }) => [id, changed.includes('hash'), changed.includes('owner')]),
        [['token001', true, false]],
      );
      const standings = ['token001', 'token001 second'].map((name) => steps.standing('token001', name));
      same(await Promise.all(standings), ['present', 'neither']);
      same(await steps.standing('token002', 'token002 second'), 'present');
      same(
        (await steps.restore(null, { at: 1_999 })).restored.map(({ id }) => id),
        ['token002'],
      );
      same(await steps.standing('token002', 'token002'), 'present');
      await steps.restore('token001', { at: 2_000 });
      same(shown(await steps.read('token001')), { ...before, version: 4 });
    },
  },
  {
    asks: 'restore() only tells with dryRun',
    because: 'nobody could look before they leap',
    async run(steps) {
      await steps.create('token001');
      await steps.rotate('token001', 'second');
      const before = shown(await steps.read('token001'));
      const told = await steps.restore(null, { at: 1_999, dryRun: true });
      same(shown(await steps.read('token001')), before);
      same(await steps.restore(null, { at: 1_999 }), told);
    },
  },
  {
    asks: 'restore() of all revives no token that was revoked since',
    because: REVIVED,
    async run(steps) {
      await steps.create('token001');
      await steps.revoke({ id: 'token001' });
      same(await steps.restore(null, { at: 1_999 }), { ...NOTHING, unchanged: 1, ended: ['token001'] });
      same((await steps.read('token001'))?.revokedAt, 3_000);
    },
  },
  {
    asks: 'restore() of all revives no secret that was rotated without overlap since',
    because: REVIVED,
    async run(steps) {
      await steps.create('token001');
      await steps.rotate('token001', 'second', { previousUntil: 2_000 });
      same(await steps.restore(null, { at: 1_999 }), { ...NOTHING, unchanged: 1, ended: ['token001'] });
      same(await steps.standing('token001', 'second'), 'present');
    },
  },
  {
    asks: 'restore() of one revives it, since somebody has named it',
    because: UNDONE,
    async run(steps) {
      await steps.create('token001');
      await steps.revoke({ id: 'token001' });
      same((await steps.restore('token001', { at: 1_999 })).restored, [{ id: 'token001', changed: ['revoked_at'] }]);
      same((await steps.read('token001'))?.revokedAt, null);
    },
  },
  {
    asks: 'restore() leaves alone what was made later',
    because: 'tokens made after the damage would be lost with it',
    async run(steps) {
      await steps.create('token001', { createdAt: 4_000 });
      same(await steps.restore(null, { at: 3_999 }), { ...NOTHING, later: ['token001'] });
      same(await steps.standing('token001', 'token001'), 'present');
    },
  },
  {
    asks: 'restore() brings back nothing that is not genuine',
    because: 'whoever can add to the history could make tokens',
    async run(steps) {
      for (const id of ['token001', 'token002']) {
        await steps.create(id);
        await steps.rotate(id, `${id} second`);
      }
      const isGenuine = ({ id, mac }: { id: string; mac: string }) => id !== 'token001' && mac === macNamed('token002');
      const { restored, unproven } = await steps.restore(null, { at: 1_999, isGenuine });
      same([restored.map(({ id }) => id), unproven], [['token002'], ['token001']]);
      same(await steps.standing('token001', 'token001 second'), 'present');
    },
  },
  {
    asks: 'restore() restores all or nothing',
    because: 'half of the tokens would work, and nobody would know which',
    async run(steps) {
      for (const id of ['token001', 'token002']) {
        await steps.create(id);
        await steps.rotate(id, `${id} second`);
      }
      const failing = ({ id }: { id: string }) => {
        if (id === 'token002') throw new Error('no');
        return true;
      };
      await steps.restore(null, { at: 1_999, isGenuine: failing }).catch(() => {});
      same(await steps.standing('token001', 'token001 second'), 'present');
    },
  },
];

const renewing: readonly TokenCase[] = [
  {
    asks: 'renewMacs() shows each record and each version once, writes the MACs it is answered, and nothing else',
    because: 'a secret of the kit could never be retired',
    async run(steps) {
      for (let each = 100; each < 250; each++) await steps.create(`token${each}`);
      await steps.rotate('token100', 'second');
      const before = shown(await steps.read('token100'));
      const seen: string[] = [];
      const renewed = await steps.store.renewMacs(({ id, version }, place) => {
        seen.push(`${place} ${id} ${version}`);
        return id === 'token100' ? macNamed(`${place} ${version}`) : null;
      });
      same([renewed, new Set(seen).size, seen.length], [3, 301, 301]);
      same(shown(await steps.read('token100')), { ...before, mac: macNamed('record 2') });
      await steps.restore('token100', { at: 1_999 });
      same((await steps.read('token100'))?.mac, macNamed('version 1'));
    },
  },
  {
    asks: 'renewMacs() writes no MAC over one that was made meanwhile',
    because: 'a token that was rotated meanwhile would be refused as damaged',
    async run(steps) {
      await steps.create('token001');
      const rotations: Promise<boolean>[] = [];
      await steps.store.renewMacs(({ mac }, place) => {
        if (place === 'record' && rotations.length === 0) rotations.push(steps.rotate('token001', 'second'));
        return place === 'record' && mac === macNamed('token001') ? macNamed('late') : null;
      });
      same(await Promise.all(rotations), [true]);
      same((await steps.read('token001'))?.mac, macNamed('second'));
    },
  },
];

export const TOKEN_RESTORE_CASES: readonly TokenCase[] = [...restoring, ...renewing];
