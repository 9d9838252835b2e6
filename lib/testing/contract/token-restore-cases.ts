/** Service tokens: going back to what they were. The rules are those of tokens/token-store.ts. */
import { same } from './contract-case.js';
import type { TokenCase } from './token-case.js';
import { macNamed, shown } from './token-steps.js';

const UNDONE = 'what a migration or a script has done to tokens could not be undone';
const REVIVED = 'a token that had leaked, and was ended for it, would come back to life';

const NOTHING = { restored: [], unchanged: 0, ended: [], later: [], unproven: [] };

export const TOKEN_RESTORE_CASES: readonly TokenCase[] = [
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
      await steps.rotate('token001', 'second', { previousUntil: 0 });
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
    asks: 'restore() with includeEnded revives what was ended since, and tells which',
    because: UNDONE,
    async run(steps) {
      for (const id of ['token001', 'token002', 'token003']) await steps.create(id);
      await steps.revoke({ id: 'token001' });
      await steps.rotate('token002', 'second', { previousUntil: 2_000 });
      const { restored, ended, unchanged } = await steps.restore(null, { at: 1_999, includeEnded: true });
      const ids = ['token001', 'token002'];
      same([restored.map(({ id }) => id), ended, unchanged], [ids, ids, 1]);
      same((await steps.read('token001'))?.revokedAt, null);
      same(await steps.standing('token002', 'token002'), 'present');
    },
  },
  {
    asks: 'restore() of an owner restores theirs alone',
    because: REVIVED,
    async run(steps) {
      await steps.create('token001');
      await steps.create('token002', { owner: 'CI' });
      for (const id of ['token001', 'token002']) await steps.revoke({ id });
      const wanted = { which: { owner: 'ci' }, at: 1_999 };
      same(await steps.restore(null, wanted), { ...NOTHING, unchanged: 1, ended: ['token001'] });
      const { restored } = await steps.restore(null, { ...wanted, includeEnded: true });
      same(
        restored.map(({ id }) => id),
        ['token001'],
      );
      same((await steps.read('token002'))?.revokedAt, 3_000);
      same(await steps.restore(null, { which: { owner: '' } }), NOTHING);
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
