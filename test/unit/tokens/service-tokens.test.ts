/** What tokens promise to those who use them, on a real file. */

import { inspect } from 'node:util';
import Libsql from 'libsql';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { rejectionOf, thrownBy } from '../../helpers/thrown.js';
import { DAY, DEPLOY, tokenKits } from '../../helpers/token-kit.js';

const at = temporaryFolder();
const kits = tokenKits();
const open = (options = {}) => kits(at('tokens.db'), options);

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('create() and verify()', () => {
  it('admits the token that was created, and says whose it is', async () => {
    const { tokens, clock } = open();
    const { id, token, ...rest } = await tokens.create({ ...DEPLOY, name: 'Deploys' });
    expect(rest).toEqual({
      owner: 'ci',
      scopes: ['deploy'],
      expiresAt: clock.now() + 90 * DAY,
      suffix: token.slice(-4),
    });
    const verified = await tokens.verify(token);
    expect(verified).toEqual({ id, owner: 'ci', scopes: ['deploy'], expiresAt: rest.expiresAt });
    expect(Object.isFrozen(verified)).toBe(true);
  });

  it('asks for the scope', async () => {
    const { tokens } = open();
    const { token } = await tokens.create(DEPLOY);
    expect(await tokens.verify(token, { scope: 'deploy' })).not.toBeNull();
    expect(await tokens.verify(token, { scope: 'deplo' })).toBeNull();
  });

  it.each([{ scope: undefined }, { scopes: ['admin'] }, { scope: ['deploy'] }, { scope: '' }, 'admin', null, 0])(
    'admits nobody where the scope to ask for is not one: %j',
    async (options) => {
      const { tokens } = open();
      const { token } = await tokens.create(DEPLOY);
      const rejection = await rejectionOf(tokens.verify(token, options as { scope: string }));
      expect(rejection).toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    },
  );

  it('keeps only a hash: the secret is nowhere in the file', async () => {
    const { tokens, close } = kits(at('tokens.db'));
    const { token } = await tokens.create(DEPLOY);
    await tokens.verify(token);
    await close();
    const db = new Libsql(at('tokens.db'));
    const dump = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map((table) => JSON.stringify(db.prepare(`SELECT * FROM ${(table as { name: string }).name}`).all()));
    db.close();
    expect(dump.join('')).toContain(token.slice(5, 13));
    expect(dump.join('')).not.toContain(token.slice(13, -6));
  });

  it('admits nobody with a token that is unknown, wrong, malformed or no text', async () => {
    const { tokens } = open();
    const { token } = await tokens.create(DEPLOY);
    const other = kits(at('other.db')).tokens;
    const strange = await other.create(DEPLOY);
    const rotated = await other.rotate(strange.id);
    const wrong = [
      strange.token,
      rotated.token,
      token.slice(0, -1),
      `${token}x`,
      token.toUpperCase(),
      '',
      ' ',
      'acme_',
    ];
    for (const text of [...wrong, undefined, null, 1, {}, [token]]) {
      expect(await tokens.verify(text as string)).toBeNull();
    }
  });

  it('admits nobody with the secret of another token', async () => {
    const { tokens } = open();
    const [one, two] = [await tokens.create(DEPLOY), await tokens.create(DEPLOY)];
    expect((await tokens.verify(one.token))?.id).toBe(one.id);
    expect((await tokens.verify(two.token))?.id).toBe(two.id);
  });

  it('asks no store where the checksum is wrong', async () => {
    const { tokens, close } = open();
    const { token } = await tokens.create(DEPLOY);
    await close();
    const mistyped = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
    expect(await tokens.verify(mistyped)).toBeNull();
    expect(await rejectionOf(tokens.verify(token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE', status: 503 });
  });

  it.each([
    { expiresIn: '1h' },
    { expiresAt: Date.UTC(2026, 0, 1, 1) },
    { expiresAt: new Date(Date.UTC(2026, 0, 1, 1)) },
  ])('ends with its expiry, in the cache too: %j', async (expiry) => {
    const { tokens, clock } = open();
    const { token } = await tokens.create({ owner: 'ci', scopes: [], ...(expiry as { expiresIn: string }) });
    clock.advance(3_600_000 - 1);
    expect(await tokens.verify(token)).not.toBeNull();
    clock.advance(1);
    expect(await tokens.verify(token)).toBeNull();
  });
});

describe('wrong arguments', () => {
  const wrong: readonly [string, object][] = [
    ['no expiry', { expiresIn: undefined }],
    ['two expiries', { expiresAt: Date.UTC(2026, 5, 1) }],
    ['an expiry that is over', { expiresIn: undefined, expiresAt: Date.UTC(2025, 0, 1) }],
    ['an expiry of years', { expiresIn: '401d' }],
    ['a date of years', { expiresIn: undefined, expiresAt: Date.UTC(2028, 0, 1) }],
    ['a date that is none', { expiresIn: undefined, expiresAt: new Date('x') }],
    ['no owner', { owner: '' }],
    ['an owner of spaces', { owner: ' ' }],
    ['a long owner', { owner: 'x'.repeat(256) }],
    ['an owner with a NUL', { owner: 'a\0b' }],
    ['scopes as text', { scopes: 'deploy' }],
    ['a scope with a space', { scopes: ['a b'] }],
    ['a scope with a quote', { scopes: ['a"b'] }],
    ['an empty scope', { scopes: [''] }],
    ['a hole among the scopes', { scopes: Object.assign(new Array(2), { 0: 'deploy' }) }],
    ['101 scopes', { scopes: Array.from({ length: 101 }, (_, each) => `s${each}`) }],
    ['a name of spaces', { name: ' ' }],
    ['an option it has not', { expires: '1d' }],
  ];

  it.each(wrong)('create() refuses %s at once', (_name, change) => {
    const { tokens } = open();
    const { code } = thrownBy(() => tokens.create({ ...DEPLOY, ...change } as typeof DEPLOY));
    expect(code).toBe('ERR_INVALID_ARGUMENT');
  });

  it.each([
    (tokens: ReturnType<typeof open>['tokens']) => tokens.rotate('short'),
    (tokens: ReturnType<typeof open>['tokens']) => tokens.rotate('abcd1234', { overlap: -1 }),
    (tokens: ReturnType<typeof open>['tokens']) => tokens.revoke(''),
    (tokens: ReturnType<typeof open>['tokens']) => tokens.revoke({ owner: '' }),
    (tokens: ReturnType<typeof open>['tokens']) => tokens.revoke({} as { owner: string }),
    (tokens: ReturnType<typeof open>['tokens']) => tokens.list(''),
    (tokens: ReturnType<typeof open>['tokens']) => tokens.list(undefined),
  ])('%s is refused at once', (call) => {
    const { tokens } = open();
    expect(thrownBy(() => call(tokens)).code).toBe('ERR_INVALID_ARGUMENT');
  });
});

describe('rotate()', () => {
  it('makes a new secret; the old one is good for the overlap, the one before that no more', async () => {
    const { tokens, clock } = open();
    const created = await tokens.create(DEPLOY);
    const first = await tokens.rotate(created.id, { overlap: '1h' });
    expect(first).toMatchObject({ id: created.id, owner: 'ci', previousUntil: clock.now() + 3_600_000 });
    expect(await tokens.verify(created.token)).not.toBeNull();
    expect(await tokens.verify(first.token)).not.toBeNull();
    const second = await tokens.rotate(created.id);
    expect(second.previousUntil).toBe(clock.now() + DAY);
    expect(await tokens.verify(created.token)).toBeNull();
    clock.advance(DAY - 1);
    expect(await tokens.verify(first.token)).not.toBeNull();
    clock.advance(1);
    expect(await tokens.verify(first.token)).toBeNull();
    expect(await tokens.verify(second.token)).not.toBeNull();
  });

  it('ends the old secret at once with an overlap of 0, though its verification was kept', async () => {
    const { tokens } = open();
    const { id, token } = await tokens.create(DEPLOY);
    expect(await tokens.verify(token)).not.toBeNull();
    await tokens.rotate(id, { overlap: 0 });
    expect(await tokens.verify(token)).toBeNull();
  });

  it('ends the old secret for good with an overlap of 0, though the clock is set back', async () => {
    const { tokens, clock } = open();
    const { id, token } = await tokens.create(DEPLOY);
    clock.advance(10_000);
    expect((await tokens.rotate(id, { overlap: 0 })).previousUntil).toBe(clock.now());
    clock.advance(-5_000);
    expect(await tokens.verify(token)).toBeNull();
    expect(await all(tokens.list())).toMatchObject([{ previousUntil: null }]);
  });

  it('keeps the expiry, or takes a new one', async () => {
    const { tokens, clock } = open();
    const { id, expiresAt } = await tokens.create(DEPLOY);
    clock.advance(DAY);
    expect(await tokens.rotate(id)).toMatchObject({ expiresAt });
    const { token } = await tokens.rotate(id, { expiresIn: '365d' });
    expect(await tokens.verify(token)).toMatchObject({ expiresAt: clock.now() + 365 * DAY });
  });

  it('refuses tokens that are unknown, revoked or expired', async () => {
    const { tokens, clock } = open();
    const [revoked, expired] = [await tokens.create(DEPLOY), await tokens.create({ ...DEPLOY, expiresIn: '1h' })];
    await tokens.revoke(revoked.id);
    clock.advance(3_600_000);
    for (const id of ['abcd1234', revoked.id, expired.id]) {
      expect(await rejectionOf(tokens.rotate(id))).toMatchObject({ code: 'ERR_TOKEN_UNKNOWN', status: 404 });
    }
  });

  it('lets one of two who rotate at once have it', async () => {
    const { tokens } = open();
    const { id } = await tokens.create(DEPLOY);
    const outcomes = await Promise.allSettled([tokens.rotate(id), tokens.rotate(id)]);
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(lost).toMatchObject([{ code: 'ERR_TOKEN_CHANGED', status: 409 }]);
    expect(won).toHaveLength(1);
    expect(await tokens.verify(won[0]?.token ?? '')).not.toBeNull();
  });
});

describe('revoke()', () => {
  it('ends a token though its verification was kept, for good', async () => {
    const { tokens, clock } = open();
    const [one, other] = [await tokens.create(DEPLOY), await tokens.create(DEPLOY)];
    await tokens.verify(one.token);
    expect(await tokens.revoke(one.id)).toEqual({ revoked: [one.id] });
    expect(await tokens.verify(one.token)).toBeNull();
    clock.advance(DAY);
    expect(await tokens.verify(one.token)).toBeNull();
    expect(await tokens.verify(other.token)).not.toBeNull();
  });

  it('ends both secrets of a token that is being rotated', async () => {
    const { tokens } = open();
    const { id, token } = await tokens.create(DEPLOY);
    const rotated = await tokens.rotate(id);
    await tokens.revoke(id);
    expect([await tokens.verify(token), await tokens.verify(rotated.token)]).toEqual([null, null]);
  });

  it('ends all of an owner, and nobody else', async () => {
    const { tokens } = open();
    const mine = [await tokens.create(DEPLOY), await tokens.create(DEPLOY)];
    const theirs = await tokens.create({ ...DEPLOY, owner: 'cd' });
    const { revoked } = await tokens.revoke({ owner: 'ci' });
    expect([...revoked].sort()).toEqual(mine.map(({ id }) => id).sort());
    for (const { token } of mine) expect(await tokens.verify(token)).toBeNull();
    expect(await tokens.verify(theirs.token)).not.toBeNull();
  });

  it('answers none where there is no such token, and is safe to call again', async () => {
    const { tokens } = open();
    const { id } = await tokens.create(DEPLOY);
    expect(await tokens.revoke('abcd1234')).toEqual({ revoked: [] });
    for (let again = 0; again < 2; again++) expect(await tokens.revoke(id)).toEqual({ revoked: [id] });
  });

  it('holds after a restart', async () => {
    const { tokens, close } = open();
    const [kept, revoked] = [await tokens.create(DEPLOY), await tokens.create(DEPLOY)];
    await tokens.revoke(revoked.id);
    await close();
    const again = open().tokens;
    expect(await again.verify(kept.token)).not.toBeNull();
    expect(await again.verify(revoked.token)).toBeNull();
  });

  it('is not what the sessions are revoked by: tokens of services outlive a logout everywhere', async () => {
    const { tokens, sessions } = open();
    const { token } = await tokens.create({ ...DEPLOY, owner: 'ada' });
    await tokens.verify(token);
    await sessions.revoke.subject('ada');
    expect(await tokens.verify(token)).not.toBeNull();
    await sessions.revoke.everyone();
    expect(await tokens.verify(token)).not.toBeNull();
  });
});

describe('list()', () => {
  it('tells all but the secret, newest first, of an owner or of all', async () => {
    const { tokens, clock } = open();
    const first = await tokens.create({ ...DEPLOY, name: 'Deploys' });
    clock.advance(1_000);
    const second = await tokens.create({ ...DEPLOY, owner: 'cd', expiresIn: '1h' });
    await tokens.revoke(first.id);
    clock.advance(3_600_000);
    const listed = await all(tokens.list());
    expect(listed).toMatchObject([
      { id: second.id, state: 'expired', owner: 'cd', suffix: second.token.slice(-4) },
      { id: first.id, state: 'revoked', owner: 'ci', name: 'Deploys', scopes: ['deploy'], lastUsedAt: null },
    ]);
    expect((await all(tokens.list('cd'))).map(({ id }) => id)).toEqual([second.id]);
    for (const shown of [JSON.stringify(listed), inspect(listed, { depth: 9, showHidden: true })]) {
      expect(shown).not.toContain(first.token.slice(13, -6));
      expect(shown).not.toMatch(/[0-9a-f]{64}/);
    }
  });

  it('goes through more than a page', async () => {
    const { tokens, clock } = open();
    const made: string[] = [];
    for (let each = 0; each < 205; each++) {
      made.push((await tokens.create(DEPLOY)).id);
      if (each % 2 === 0) clock.advance(1);
    }
    expect((await all(tokens.list())).map(({ id }) => id).sort()).toEqual(made.sort());
  });

  it('tells when a token was last used', async () => {
    const { tokens, clock, close } = open();
    const { token } = await tokens.create(DEPLOY);
    clock.advance(5_000);
    await tokens.verify(token);
    const usedAt = clock.now();
    await close();
    expect(await all(open({ clock }).tokens.list())).toMatchObject([{ lastUsedAt: usedAt }]);
  });
});

describe('a value that was redacted', () => {
  it('is refused by every write, as it is and as JSON leaves it', async () => {
    const { tokens } = open();
    await tokens.create(DEPLOY);
    const [listed] = await all(tokens.list());
    for (const value of [listed?.secret, JSON.parse(JSON.stringify(listed)).secret]) {
      for (const change of [{ owner: value }, { name: value }, { scopes: [value] }]) {
        const options = { ...DEPLOY, ...change } as unknown as typeof DEPLOY;
        expect(thrownBy(() => tokens.create(options)).code).toBe('ERR_REDACTED_WRITE');
      }
      const revocation = () => tokens.revoke({ owner: value as string });
      expect(thrownBy(revocation).code).toBe('ERR_REDACTED_WRITE');
    }
  });

  it('is refused in a record that was read, as a whole and with a field that changed', async () => {
    const { tokens } = open();
    const { id } = await tokens.create(DEPLOY);
    const [listed] = await all(tokens.list());
    for (const record of [listed, { ...listed, name: 'x' }]) {
      expect(thrownBy(() => tokens.create(record as unknown as typeof DEPLOY)).code).toBe('ERR_REDACTED_WRITE');
      expect(thrownBy(() => tokens.rotate(id, record as object)).code).toBe('ERR_REDACTED_WRITE');
    }
  });

  it('shows nothing', async () => {
    const { tokens } = open();
    await tokens.create(DEPLOY);
    const [listed] = await all(tokens.list());
    const secret = listed?.secret;
    expect([`${secret}`, JSON.stringify({ secret }), inspect(secret)]).toEqual([
      '[redacted]',
      '{"secret":"[redacted]"}',
      '[redacted]',
    ]);
  });
});

it('tells the trail of each change without any secret', async () => {
  const { tokens, seen } = open();
  const { id, token } = await tokens.create(DEPLOY);
  const rotated = await tokens.rotate(id);
  await tokens.revoke(id);
  const trail = seen.filter(({ code }) => code.startsWith('token.'));
  expect(trail.map(({ code, detail }) => [code, detail.token])).toEqual([
    ['token.created', id],
    ['token.rotated', id],
    ['token.revoked', id],
  ]);
  for (const secret of [token, rotated.token]) expect(JSON.stringify(seen)).not.toContain(secret.slice(13));
});
