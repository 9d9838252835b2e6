/** Service tokens: made, found, rotated, revoked. The rules are those of tokens/token-store.ts. */
import { inspect } from 'node:util';
import { Redacted } from '../../tokens/redacted.js';
import { refuses, same } from './contract-case.js';
import type { TokenCase } from './token-case.js';
import { newToken, secret, shown } from './token-steps.js';

const BLANK = 'Cloudflare, January 2023: a write of redacted records blanked every service token';
const WRONG_RECORD = 'a client would act in the name of another';
const UNKNOWN = ['', 'token002', 'TOKEN001', '__proto__', '%', "' OR 1=1 --"];

/** As create() with these leaves it. */
const MADE = { version: 1, isNewest: true, revokedAt: null, previousUntil: null, lastUsedAt: null };

const finding: readonly TokenCase[] = [
  {
    asks: 'find() and read() answer a record as it was made',
    because: WRONG_RECORD,
    async run(steps) {
      await steps.create('token001');
      const { hash: _hash, ...facts } = newToken('token001');
      same(shown(await steps.read('token001')), { ...facts, ...MADE });
      same(shown((await steps.find('token001', 'token001')).record), { ...facts, ...MADE });
      same(await steps.standing('token001', 'token001'), 'present');
      same(await steps.standing('token001', 'another'), 'neither');
    },
  },
  {
    asks: 'find() tells a secret that was made here from one that was not',
    because: 'whoever makes tokens up would ring the alarm of tokens that fail',
    async run(steps) {
      await steps.create('token001');
      await steps.create('token002');
      same((await steps.find('token001', 'token001')).issued, { endedAt: null });
      for (const [id, name] of [
        ['token001', 'token002'],
        ['token001', 'x'],
        ['token003', 'token001'],
      ] as const) {
        same((await steps.find(id, name)).issued, null);
      }
    },
  },
  ...UNKNOWN.map(
    (id): TokenCase => ({
      asks: `find() finds nothing by ${JSON.stringify(id)}`,
      because: WRONG_RECORD,
      async run(steps) {
        await steps.create('token001');
        same(await steps.find(id, 'token001'), { record: null, issued: null });
        same(await steps.read(id), null);
      },
    }),
  ),
  {
    asks: 'find() gives out records that nobody can change, and that show no hash',
    because: BLANK,
    async run(steps) {
      await steps.create('token001');
      await steps.rotate('token001', 'next');
      const record = await steps.read('token001');
      same([record, record?.scopes, record?.previous].every(Object.isFrozen), true);
      for (const text of [JSON.stringify(record), inspect(record, { depth: 9, showHidden: true })]) {
        same(
          [secret('token001'), secret('next')].filter((hash) => text.includes(hash)),
          [],
        );
      }
    },
  },
];

const refusing: readonly TokenCase[] = [
  {
    asks: 'create() refuses an id that is there, and keeps the token that was there',
    because: 'whoever gets the id of another token has taken it over',
    async run(steps) {
      await steps.create('token001');
      same(await steps.create('token001', { owner: 'mallory', hash: secret('x') }), false);
      same((await steps.read('token001'))?.owner, 'ci');
      same(await steps.standing('token001', 'token001'), 'present');
    },
  },
  ...(
    [
      ['an empty hash', { hash: '' }],
      ['a hash of spaces', { hash: ' '.repeat(64) }],
      ['a hash that was cut', { hash: secret('x').slice(1) }],
      ['a hash that is none', { hash: 'x'.repeat(64) }],
      ['an empty owner', { owner: '' }],
      ['an empty MAC', { mac: '' }],
      ['a MAC that was cut', { mac: 'x' }],
      ['an id that was cut', { id: 'short' }],
      ['an empty suffix', { suffix: '' }],
      ['an end before its beginning', { expiresAt: 999 }],
    ] as const
  ).map(
    ([what, change]): TokenCase => ({
      asks: `create() refuses ${what}`,
      because: BLANK,
      async run(steps) {
        await refuses(
          steps.create('token001', change as Partial<ReturnType<typeof newToken>>),
          'ERR_STORE_UNAVAILABLE',
        );
        same(await steps.listed(), []);
      },
    }),
  ),
  {
    asks: 'create() and rotate() refuse what was redacted',
    because: BLANK,
    async run(steps) {
      await steps.create('token001');
      const read = (await steps.read('token001'))?.hash as unknown as ReturnType<typeof secret>;
      await refuses(steps.create('token002', { hash: read }), 'ERR_REDACTED_WRITE');
      await refuses(steps.create('token002', { mac: new Redacted() as unknown as string }), 'ERR_REDACTED_WRITE');
      await refuses(steps.create('token002', { suffix: `${read}` }), 'ERR_REDACTED_WRITE');
      same(await steps.listed(), ['token001']);
      same(await steps.standing('token001', 'token001'), 'present');
    },
  },
];

export const TOKEN_CASES: readonly TokenCase[] = [...finding, ...refusing];
