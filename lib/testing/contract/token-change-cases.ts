/** Service tokens: rotated, revoked, used, listed. The rules are those of tokens/token-store.ts. */
import assert from 'node:assert';
import { same } from './contract-case.js';
import type { TokenCase } from './token-case.js';
import { macNamed, newToken, shown } from './token-steps.js';

const BLANK = 'Cloudflare, January 2023: a write of redacted records blanked every service token';

export const TOKEN_CHANGE_CASES: readonly TokenCase[] = [
  {
    asks: 'rotate() makes the secret that was there the previous one, and the one before that none',
    because: 'clients would be cut off before they have the new one, or an old one would live for ever',
    async run(steps) {
      await steps.create('token001');
      same(await steps.rotate('token001', 'second'), true);
      same(await steps.standing('token001', 'second'), 'present');
      same(await steps.standing('token001', 'token001'), 'previous');
      same(await steps.rotate('token001', 'third', { version: 2, at: 2_500 }), true);
      const standings = ['token001', 'second', 'third'].map((name) => steps.standing('token001', name));
      same(await Promise.all(standings), ['neither', 'previous', 'present']);
      const { hash: _hash, ...facts } = newToken('token001', {
        mac: macNamed('third'),
        suffix: 'abcd',
        expiresAt: 9_500,
      });
      same(shown(await steps.read('token001')), {
        ...{ ...facts, version: 3, isNewest: true, revokedAt: null, previousUntil: 5_000, lastUsedAt: null },
      });
    },
  },
  {
    asks: 'find() tells since when an old secret is no good',
    because: 'an alarm could not tell a client that missed a rotation from tokens that fail for no reason',
    async run(steps) {
      await steps.create('token001');
      await steps.rotate('token001', 'second', { previousUntil: 5_000 });
      const endOf = async (name: string) => (await steps.find('token001', name)).issued?.endedAt;
      same([await endOf('token001'), await endOf('second')], [5_000, null]);
      await steps.rotate('token001', 'third', { version: 2, at: 2_500, previousUntil: 0 });
      same([await endOf('token001'), await endOf('second'), await endOf('third')], [2_500, 2_500, null]);
    },
  },
  {
    asks: 'rotate() writes nothing for a version that is no more, or an id that is not there',
    because: 'of two who rotate at once, one would hold a secret that works for nobody',
    async run(steps) {
      await steps.create('token001');
      await steps.rotate('token001', 'second');
      same(await steps.rotate('token001', 'late'), false);
      same(await steps.rotate('token009', 'x'), false);
      same([await steps.standing('token001', 'second'), await steps.listed()], ['present', ['token001']]);
    },
  },
  {
    asks: 'rotate() lets one of many who rotate at once have it',
    because: 'one of them would hold a secret that works for nobody',
    async run(steps) {
      await steps.create('token001');
      const names = Array.from({ length: 20 }, (_each, index) => `secret ${index}`);
      const done = await Promise.all(names.map((name) => steps.rotate('token001', name)));
      const winners = names.filter((_name, index) => done[index]);
      same(winners.length, 1);
      same(await steps.standing('token001', winners[0] ?? ''), 'present');
    },
  },
  {
    asks: 'rotate() revives no token that was revoked',
    because: 'a leaked token would come back to life',
    async run(steps) {
      await steps.create('token001');
      await steps.revoke({ id: 'token001' });
      for (const version of [1, 2]) same(await steps.rotate('token001', 'x', { version }), false);
      same((await steps.read('token001'))?.revokedAt, 3_000);
    },
  },
  {
    asks: 'revoke() ends one token, or those of one owner, and keeps the time of the first time',
    because: 'a token would outlive its owner, or those of others would end',
    async run(steps) {
      for (const id of ['token001', 'token002']) await steps.create(id);
      await steps.create('token003', { owner: 'CI' });
      same(await steps.revoke({ id: 'token001' }), ['token001']);
      same((await steps.revoke({ owner: 'ci' }, 4_000)).sort(), ['token001', 'token002']);
      const times = ['token001', 'token002', 'token003'].map(async (id) => (await steps.read(id))?.revokedAt);
      same(await Promise.all(times), [3_000, 4_000, null]);
    },
  },
  {
    asks: 'revoke() answers none where there is nobody',
    because: 'whoever mistypes an id believes that a leaked token has ended',
    async run(steps) {
      await steps.create('token001');
      for (const which of [{ id: 'token009' }, { id: '' }, { id: '%' }, { owner: 'c' }, { owner: '' }]) {
        same(await steps.revoke(which), []);
      }
      same((await steps.read('token001'))?.revokedAt, null);
    },
  },
  {
    asks: 'used() writes the last use, only forwards, and nothing else',
    because: BLANK,
    async run(steps) {
      await steps.create('token001');
      const before = shown(await steps.read('token001'));
      for (const time of [4_000, 3_500])
        await steps.store.used(
          new Map([
            ['token001', time],
            ['token009', time],
          ]),
        );
      same(shown(await steps.read('token001')), { ...before, lastUsedAt: 4_000 });
      same([await steps.standing('token001', 'token001'), await steps.listed()], ['present', ['token001']]);
    },
  },
  {
    asks: 'used() and rotate() at once lose neither',
    because: BLANK,
    async run(steps) {
      await steps.create('token001');
      const uses = Array.from({ length: 20 }, (_each, index) =>
        steps.store.used(new Map([['token001', 4_000 + index]])),
      );
      await Promise.all([...uses, steps.rotate('token001', 'second')]);
      same(
        [(await steps.read('token001'))?.lastUsedAt, await steps.standing('token001', 'second')],
        [4_019, 'present'],
      );
    },
  },
  {
    asks: 'list() gives the tokens of one owner, or of all, newest first',
    because: 'somebody would see the tokens of others, or miss one that is theirs',
    async run(steps) {
      for (let each = 100; each < 350; each++) {
        await steps.create(`token${each}`, { createdAt: 1_000 + Math.floor(each / 2), owner: each % 50 ? 'ci' : 'cd' });
      }
      same(await steps.listed('cd'), ['token300', 'token250', 'token200', 'token150', 'token100']);
      const all = Array.from({ length: 250 }, (_each, index) => `token${349 - index}`);
      same(await steps.listed(), all);
      same(await steps.listed('nobody'), []);
    },
  },
  {
    asks: 'list() goes on where tokens are made while it is read',
    because: 'who looks for a leaked token would miss it',
    async run(steps) {
      for (let each = 100; each < 220; each++) await steps.create(`token${each}`);
      const seen = new Set<string>();
      for await (const { id } of steps.store.list(null)) {
        if (seen.size === 0) await steps.create('token999', { createdAt: 2_000 });
        seen.add(id);
      }
      assert.ok(seen.size >= 120, `it must list all 120 that were there, but listed ${seen.size}`);
    },
  },
];
