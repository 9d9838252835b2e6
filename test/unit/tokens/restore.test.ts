/** Damage that gets past every guard, and the way back. */
import Libsql from 'libsql';
import type { ServiceTokens } from '../../../lib/tokens/service-tokens.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { rejectionOf, thrownBy } from '../../helpers/thrown.js';
import { DAY, DEPLOY, tokenKits } from '../../helpers/token-kit.js';
import { SECRETS } from '../../helpers/tokens.js';

const at = temporaryFolder();
const kits = tokenKits();
const open = (options = {}) => kits(at('tokens.db'), options);

/** What a broken migration does: checks off, guards gone. */
function damage(...statements: string[]): void {
  const db = new Libsql(at('tokens.db'));
  db.exec('PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF');
  for (const trigger of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    db.exec(`DROP TRIGGER ${(trigger as { name: string }).name}`);
  }
  for (const statement of statements) db.exec(statement);
  db.close();
}

const BLANKED = "UPDATE swapproof_token SET hash = ''";

it('brings a blanked secret back: refused with 503 before, admitted after', async () => {
  const { tokens, clock } = open({ maxAge: 1_000 });
  const made = await Promise.all(Array.from({ length: 20 }, () => tokens.create(DEPLOY)));
  const [one = made[0]] = made;
  damage(BLANKED);
  clock.advance(2_000);
  for (const { token } of made) {
    expect(await rejectionOf(tokens.verify(token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE', status: 503 });
  }
  const dry = await tokens.restore('all', { dryRun: true });
  expect(dry.restored).toHaveLength(20);
  expect(dry.restored).toContainEqual({ id: one?.id, changed: ['hash'] });
  expect(await rejectionOf(tokens.verify(one?.token ?? ''))).toMatchObject({ status: 503 });
  expect(await tokens.restore('all')).toEqual(dry);
  for (const { id, token } of made) expect(await tokens.verify(token)).toMatchObject({ id });
  expect(await tokens.restore('all')).toEqual({ restored: [], unchanged: 20, ended: [], later: [], unproven: [] });
});

it.each([
  ['owner', "owner = 'mallory'"],
  ['scopes', `scopes = '["admin"]'`],
  ['expires_at', 'expires_at = expires_at + 1000000000'],
  ['name', "name = 'x'"],
  ['suffix', "suffix = 'xxxx'"],
  ['mac', `mac = '${'x'.repeat(43)}'`],
  ['scopes', "scopes = 'no JSON'"],
  ['hash', "hash = 'zz'"],
])('refuses a record whose %s was changed: %s', async (column, change) => {
  const { tokens, seen } = open({ maxAge: 1 });
  const { id, token } = await tokens.create(DEPLOY);
  damage(`UPDATE swapproof_token SET ${change}`);
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  expect(await rejectionOf(tokens.rotate(id))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  const listed = [];
  for await (const each of tokens.list()) listed.push(each);
  expect(listed).toMatchObject([{ id, state: 'damaged', owner: '', name: '', scopes: [], suffix: '' }]);
  expect((await tokens.restore(id)).restored).toEqual([{ id, changed: [column] }]);
  expect(await tokens.verify(token)).toMatchObject({ owner: 'ci', scopes: ['deploy'] });
  expect(seen.filter(({ code }) => code === 'token.restored').map(({ detail }) => detail)).toEqual([{ token: id }]);
});

it('refuses a record that was put in the place of another', async () => {
  const { tokens } = open();
  const [one, two] = [await tokens.create(DEPLOY), await tokens.create({ ...DEPLOY, scopes: ['admin'] })];
  damage(
    `UPDATE swapproof_token SET (owner, scopes, hash, suffix, mac) =
      (SELECT owner, scopes, hash, suffix, mac FROM swapproof_token WHERE id = '${two.id}') WHERE id = '${one.id}'`,
  );
  expect(await rejectionOf(tokens.verify(one.token))).toMatchObject({ status: 503 });
  expect(await tokens.verify(two.token)).toMatchObject({ id: two.id, scopes: ['admin'] });
});

const OLDER = `UPDATE swapproof_token SET (hash, suffix, mac, previous_hash, previous_until, version) =
  (SELECT hash, suffix, mac, previous_hash, previous_until, version FROM swapproof_token_version WHERE version = 1)`;

it.each<[string, (tokens: ServiceTokens, id: string) => Promise<unknown>, string]>([
  ['revoked', (tokens, id) => tokens.revoke(id), 'UPDATE swapproof_token SET revoked_at = NULL'],
  ['rotated', (tokens, id) => tokens.rotate(id, { overlap: 0 }), OLDER],
])('refuses a token that was %s, though something else has taken that back', async (_what, end, undo) => {
  const { tokens, seen } = open();
  const { id, token } = await tokens.create(DEPLOY);
  await end(tokens, id);
  expect(await tokens.verify(token)).toBeNull();
  damage(undo);
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ status: 503 });
  expect(await rejectionOf(tokens.rotate(id))).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  for await (const { state } of tokens.list()) expect(state).toBe('damaged');
  expect(seen.map(({ code }) => code)).toContain('tokens.failing');
  expect((await tokens.renewMacs()).unproven).toEqual([id]);
  expect((await tokens.restore('all')).restored).toMatchObject([{ id }]);
  expect(await tokens.verify(token)).toBeNull();
});

it('asks for time rather than say that a token was revoked which nobody revoked', async () => {
  const { tokens } = open();
  const { id, token } = await tokens.create(DEPLOY);
  damage('UPDATE swapproof_token SET revoked_at = 1');
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ status: 503 });
  await tokens.restore('all');
  expect(await tokens.verify(token)).toMatchObject({ id });
});

it('brings back what was deleted', async () => {
  const { tokens } = open();
  const { id, token } = await tokens.create(DEPLOY);
  damage('DELETE FROM swapproof_token');
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ status: 503 });
  expect((await tokens.restore('all')).restored).toMatchObject([{ id, changed: expect.arrayContaining(['hash']) }]);
  expect(await tokens.verify(token)).toMatchObject({ id });
});

it.each(['swapproof_token', 'swapproof_token_unlocked', 'swapproof_token_use'])(
  'brings back what a table held that was dropped: %s',
  async (table) => {
    const first = open({ maxAge: 1 });
    const { id, token } = await first.tokens.create(DEPLOY);
    damage(`DROP TABLE ${table}`);
    await first.tokens.restore('all');
    expect(await first.tokens.verify(token)).toMatchObject({ id });
    damage(`DROP TABLE ${table}`);
    await first.close();
    const { tokens } = open();
    expect((await tokens.restore('all')).unproven).toEqual([]);
    expect(await tokens.verify(token)).toMatchObject({ id });
    await tokens.revoke(id);
    expect(await tokens.verify(token)).toBeNull();
  },
);

it('begins no new list where the history was dropped too', async () => {
  const { tokens, seen } = open();
  const { token } = await tokens.create(DEPLOY);
  damage('DROP TABLE swapproof_token', 'DROP TABLE swapproof_token_version');
  const verify = () => tokens.verify(token);
  for (const call of [verify, verify, () => tokens.restore('all'), () => tokens.create(DEPLOY)]) {
    expect(await rejectionOf(call())).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  }
  expect(seen.filter(({ severity }) => severity === 'critical').map(({ code }) => code)).toEqual(['store.unavailable']);
});

it.each([
  ...[BLANKED, "UPDATE swapproof_token SET owner = 'mallory'", 'UPDATE swapproof_token SET revoked_at = 1'],
  ...['DELETE FROM swapproof_token', 'DROP TABLE swapproof_token'],
])('revokes a damaged token all the same, and keeps its history clean: %s', async (statement) => {
  const { tokens } = open();
  const { id, token } = await tokens.create(DEPLOY);
  damage(statement);
  expect(await tokens.revoke({ owner: 'ci' })).toEqual({ revoked: [id] });
  await tokens.restore(id);
  expect(await tokens.verify(token)).toBeNull();
});

it('revokes again what something else has revived', async () => {
  const { tokens } = open();
  const { id, token } = await tokens.create(DEPLOY);
  await tokens.revoke(id);
  damage('UPDATE swapproof_token SET revoked_at = NULL');
  await tokens.revoke(id);
  expect(await tokens.verify(token)).toBeNull();
});

it('ends again what something else has revived, with a restoration', async () => {
  const { tokens } = open();
  const { id, token } = await tokens.create(DEPLOY);
  await tokens.revoke(id);
  damage('UPDATE swapproof_token SET revoked_at = NULL');
  expect((await tokens.restore('all')).restored).toEqual([{ id, changed: ['revoked_at'] }]);
  expect(await tokens.verify(token)).toBeNull();
});

describe('a moment in the past', () => {
  it('brings back the secret from before a rotation, and ends the one after it', async () => {
    const { tokens, clock } = open();
    const { id, token } = await tokens.create(DEPLOY);
    const before = clock.now();
    clock.advance(1_000);
    const rotated = await tokens.rotate(id);
    clock.advance(2 * DAY);
    expect(await tokens.verify(rotated.token)).not.toBeNull();
    expect((await tokens.restore('all', { at: before })).restored).toMatchObject([{ id }]);
    expect(await tokens.verify(token)).toMatchObject({ id });
    expect(await tokens.verify(rotated.token)).toBeNull();
    await tokens.restore('all', { at: new Date(before + 1_000) });
    expect(await tokens.verify(rotated.token)).toMatchObject({ id });
  });

  it('with all: revives no token that was revoked since, and no secret that was ended at once', async () => {
    const { tokens, clock } = open();
    const [revoked, leaked, kept] = [
      await tokens.create(DEPLOY),
      await tokens.create(DEPLOY),
      await tokens.create(DEPLOY),
    ];
    const before = clock.now();
    clock.advance(1_000);
    await tokens.revoke(revoked.id);
    const rotated = await tokens.rotate(leaked.id, { overlap: 0 });
    damage(BLANKED);
    const outcome = await tokens.restore('all', { at: before });
    expect([...outcome.ended].sort()).toEqual([revoked.id, leaked.id].sort());
    expect(await tokens.verify(revoked.token)).toBeNull();
    expect(await tokens.verify(leaked.token)).toBeNull();
    expect(await tokens.verify(rotated.token)).not.toBeNull();
    expect(await tokens.verify(kept.token)).not.toBeNull();
  });

  it('with includeEnded: brings back what was ended by mistake, and says so first', async () => {
    const { tokens, clock, seen } = open();
    const [revoked, leaked, other] = [
      await tokens.create(DEPLOY),
      await tokens.create(DEPLOY),
      await tokens.create({ ...DEPLOY, owner: 'billing' }),
    ];
    const before = clock.now();
    clock.advance(1_000);
    const rotated = await tokens.rotate(leaked.id, { overlap: 0 });
    for (const owner of ['ci', 'billing']) await tokens.revoke({ owner });
    expect((await tokens.restore({ owner: 'ci' }, { at: before })).restored).toEqual([]);
    const wanted = { at: before, includeEnded: true };
    const dry = await tokens.restore({ owner: 'ci' }, { ...wanted, dryRun: true });
    expect([...dry.ended].sort()).toEqual([revoked.id, leaked.id].sort());
    expect(dry.restored).toContainEqual({ id: revoked.id, changed: ['revoked_at'] });
    expect(await tokens.verify(revoked.token)).toBeNull();
    expect(await tokens.restore({ owner: 'ci' }, wanted)).toEqual(dry);
    for (const { id, token } of [revoked, leaked]) expect(await tokens.verify(token)).toMatchObject({ id });
    for (const { token } of [rotated, other]) expect(await tokens.verify(token)).toBeNull();
    expect(seen.filter(({ code }) => code === 'token.restored')).toHaveLength(2);
    await tokens.restore('all', wanted);
    expect(await tokens.verify(other.token)).toMatchObject({ id: other.id });
  });

  it('for one by its id: brings back what was revoked, since somebody has named it', async () => {
    const { tokens, clock } = open();
    const { id, token } = await tokens.create(DEPLOY);
    const before = clock.now();
    clock.advance(1_000);
    await tokens.revoke(id);
    expect(await tokens.verify(token)).toBeNull();
    expect((await tokens.restore(id, { at: before })).restored).toEqual([{ id, changed: ['revoked_at'] }]);
    expect(await tokens.verify(token)).toMatchObject({ id });
  });

  it('goes to the newest version where no moment is named, though the clock was set back', async () => {
    const { tokens, clock } = open();
    const { id } = await tokens.create(DEPLOY);
    clock.advance(1_000);
    const { token } = await tokens.rotate(id, { overlap: 0 });
    clock.advance(-2_000);
    damage(BLANKED);
    await tokens.restore(id);
    expect(await tokens.verify(token)).toMatchObject({ id });
  });

  it('leaves alone what was made later', async () => {
    const { tokens, clock } = open();
    const before = clock.now();
    clock.advance(1_000);
    const { id, token } = await tokens.create(DEPLOY);
    expect(await tokens.restore('all', { at: before })).toMatchObject({ later: [id], restored: [] });
    expect(await tokens.verify(token)).not.toBeNull();
  });
});

it('restores nothing that is not genuine either', async () => {
  const { tokens } = open();
  const { id, token } = await tokens.create(DEPLOY);
  damage("UPDATE swapproof_token_version SET owner = 'mallory'", BLANKED);
  expect(await tokens.restore('all')).toMatchObject({ restored: [], unproven: [id] });
  expect(await rejectionOf(tokens.verify(token))).toMatchObject({ status: 503 });
});

it('restores all or nothing', async () => {
  const { tokens } = open();
  const [one, two] = [await tokens.create(DEPLOY), await tokens.create(DEPLOY)];
  damage(
    BLANKED,
    `CREATE TRIGGER theirs BEFORE UPDATE ON swapproof_token WHEN OLD.id = '${[one.id, two.id].sort()[1]}'
      BEGIN SELECT RAISE(ABORT, 'no'); END`,
  );
  await rejectionOf(tokens.restore('all'));
  damage();
  for (const { token } of [one, two]) expect(await rejectionOf(tokens.verify(token))).toMatchObject({ status: 503 });
  await tokens.restore('all');
  for (const { token } of [one, two]) expect(await tokens.verify(token)).not.toBeNull();
});

it('puts the guards back with the next start', async () => {
  const { tokens, close } = open();
  const { token } = await tokens.create(DEPLOY);
  damage();
  await close();
  expect(await open().tokens.verify(token)).not.toBeNull();
  const db = new Libsql(at('tokens.db'));
  expect(() => db.exec(BLANKED)).toThrow('swapproof:');
  db.close();
});

it('refuses what it can not do', async () => {
  const { tokens, clock } = open();
  expect(await rejectionOf(tokens.restore('abcd1234'))).toMatchObject({ code: 'ERR_TOKEN_UNKNOWN' });
  expect(await rejectionOf(tokens.restore({ owner: 'nobody' }))).toMatchObject({ code: 'ERR_TOKEN_UNKNOWN' });
  const ended = { includeEnded: true };
  const wrong = [
    ...[['everything'], [undefined], [null], [{}], [{ owner: '' }], [{ owner: undefined }], [{ id: 'abcd1234' }]],
    ...[
      ['all', { at: clock.now() + 1 }],
      ['all', { at: 'noon' }],
      ['all', { dryRun: 1 }],
      ['all', ended],
    ],
    ...[
      ['abcd1234', { ...ended, at: 1 }],
      ['all', { at: 1, includeEnded: 'yes' }],
      [{ owner: 'ci' }, ended],
    ],
  ];
  for (const call of wrong) {
    const restore = tokens.restore as (...call: unknown[]) => Promise<unknown>;
    expect(thrownBy(() => restore(...call)).code).toBe('ERR_INVALID_ARGUMENT');
  }
});

describe('renewMacs(), when the secrets are rotated', () => {
  const [newest = '', older = ''] = SECRETS;

  it('lets an old secret go', async () => {
    const first = open({ secrets: [older] });
    const { id, token } = await first.tokens.create(DEPLOY);
    await first.close();
    const between = open({ secrets: [newest, older] });
    expect(await between.tokens.verify(token)).not.toBeNull();
    expect(await between.tokens.renewMacs()).toEqual({ renewed: 2, unproven: [] });
    expect(await between.tokens.renewMacs()).toEqual({ renewed: 0, unproven: [] });
    await between.close();
    const last = open({ secrets: [newest] });
    expect(await last.tokens.verify(token)).not.toBeNull();
    damage(BLANKED);
    expect((await last.tokens.restore(id)).restored).toEqual([{ id, changed: ['hash'] }]);
    expect(await last.tokens.verify(token)).not.toBeNull();
  });

  it('renews nothing that is not genuine, and says so', async () => {
    const { tokens } = open();
    const { id } = await tokens.create(DEPLOY);
    damage("UPDATE swapproof_token SET owner = 'mallory'");
    expect(await tokens.renewMacs()).toEqual({ renewed: 0, unproven: [id] });
  });

  it('where a secret went too early: refuses all, loses nothing, and can be told to trust the history', async () => {
    const first = open({ secrets: [older] });
    const [sound, blanked] = [await first.tokens.create(DEPLOY), await first.tokens.create(DEPLOY)];
    await first.close();
    damage(`${BLANKED} WHERE id = '${blanked.id}'`);
    const { tokens } = open({ secrets: [newest] });
    for (const { token } of [sound, blanked])
      expect(await rejectionOf(tokens.verify(token))).toMatchObject({ status: 503 });
    expect((await tokens.renewMacs()).unproven).toHaveLength(2);
    expect((await tokens.restore('all')).unproven).toEqual([blanked.id, sound.id].sort());
    expect(await tokens.renewMacs({ insecureTrustHistory: true })).toEqual({ renewed: 2, unproven: [] });
    for (const { token } of [sound, blanked]) expect(await tokens.verify(token)).not.toBeNull();
  });
});
