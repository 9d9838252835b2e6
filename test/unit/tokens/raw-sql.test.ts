/** What the schema itself refuses, whoever writes: each of these once made, or could make, tokens worthless. */
import Libsql from 'libsql';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { DEPLOY, tokenKits } from '../../helpers/token-kit.js';

const at = temporaryFolder();
const kits = tokenKits();

const HASH = 'a'.repeat(64);
const FACTS =
  'id, owner, name, scopes, created_at, expires_at, revoked_at, suffix, hash, previous_hash, previous_until';
const ALL = `${FACTS}, version, changed_at, change, mac`;

/** A token, and whoever writes SQL beside the app. */
async function withToken() {
  const { tokens } = kits(at('tokens.db'));
  const created = await tokens.create(DEPLOY);
  await tokens.verify(created.token);
  const db = new Libsql(at('tokens.db'));
  return { tokens, db, ...created };
}

const GUARDED = /swapproof: |constraint|has no column named rowid|no such column: rowid/i;

const writes: readonly string[] = [
  ...[
    `''`,
    `' '`,
    `'${' '.repeat(64)}'`,
    'NULL',
    `'${'a'.repeat(63)}'`,
    `'${'A'.repeat(64)}'`,
    `'${'g'.repeat(64)}'`,
  ].map((value) => `UPDATE swapproof_token SET hash = ${value}`),
  // What looks sound is no secret that anybody was given.
  `UPDATE swapproof_token SET hash = '${HASH}'`,
  `UPDATE swapproof_token SET hash = '${HASH}' WHERE id = id`,
  'UPDATE swapproof_token SET hash = hash',
  `UPDATE swapproof_token SET previous_hash = '${HASH}', previous_until = 9999999999999`,
  // A whole row, as it was read with its secret left out.
  `UPDATE swapproof_token SET owner = owner, name = 'x', scopes = scopes, hash = '[redacted]', suffix = suffix`,
  `UPDATE swapproof_token SET owner = 'mallory'`,
  `UPDATE swapproof_token SET scopes = '["admin"]'`,
  'UPDATE swapproof_token SET expires_at = expires_at + 1',
  'UPDATE swapproof_token SET revoked_at = 1',
  "UPDATE swapproof_token SET change = 'restored', version = version + 1",
  "UPDATE swapproof_token SET id = 'abcd1234'",
  ...[`''`, 'NULL', `'short'`, `'${' '.repeat(43)}'`].map((value) => `UPDATE swapproof_token SET mac = ${value}`),
  'DELETE FROM swapproof_token',
  `INSERT OR REPLACE INTO swapproof_token (${ALL}) SELECT ${ALL} FROM swapproof_token`,
  `REPLACE INTO swapproof_token (${ALL}) SELECT ${FACTS.replace(' hash', ` '${HASH}'`)}, 2, changed_at, change, mac FROM swapproof_token`,
  `INSERT INTO swapproof_token (${ALL}) SELECT ${ALL} FROM swapproof_token WHERE true ON CONFLICT (id) DO UPDATE SET hash = ''`,
  'DELETE FROM swapproof_token_version',
  'UPDATE swapproof_token_version SET changed_at = 1',
  `UPDATE swapproof_token_version SET hash = '${HASH}'`,
  "UPDATE swapproof_token_version SET mac = ''",
  `INSERT OR REPLACE INTO swapproof_token_version (${ALL}) SELECT ${ALL} FROM swapproof_token_version`,
  // What replaces a row by its place in the table, and what is added to the history by itself.
  ...['swapproof_token', 'swapproof_token_version'].flatMap((table) => [
    `UPDATE OR REPLACE ${table} SET rowid = 1`,
    `INSERT OR REPLACE INTO ${table} (rowid, ${ALL}) SELECT 1, 'abcd1234', ${ALL.slice(4)} FROM swapproof_token`,
  ]),
  `INSERT INTO swapproof_token_version (${ALL}) SELECT ${ALL.replace('version', 'version + 1')} FROM swapproof_token`,
  `INSERT INTO swapproof_token_version (${ALL}) SELECT 'abcd1234', ${ALL.slice(4)} FROM swapproof_token`,
  // Even with the guards told to look away: what the value must be stays.
  ...['', ' ', 'a'.repeat(63), `${'a'.repeat(64)}a`].map(
    (value) => `UPDATE swapproof_token SET hash = '${value}', version = 2, change = 'restored'`,
  ),
];

it.each(writes)('refuses %s', async (sql) => {
  const { tokens, db, id, token } = await withToken();
  const before = db.prepare(`SELECT ${ALL} FROM swapproof_token`).raw().all();
  if (sql.includes("change = 'restored'") && sql.includes('hash =')) {
    db.exec(`INSERT INTO swapproof_token_unlocked (id, change) VALUES ('${id}', 'restored')`);
  }
  expect(() => db.exec(sql)).toThrow(GUARDED);
  expect(db.prepare(`SELECT ${ALL} FROM swapproof_token`).raw().all()).toEqual(before);
  db.close();
  expect(await tokens.verify(token)).toMatchObject({ id });
  expect(await tokens.restore('all', { dryRun: true })).toMatchObject({ unchanged: 1, restored: [] });
});

it('refuses a hash that hides something behind a NUL', async () => {
  const { db, id } = await withToken();
  db.exec(`INSERT INTO swapproof_token_unlocked (id, change) VALUES ('${id}', 'restored')`);
  const write = db.prepare("UPDATE swapproof_token SET hash = ?, version = 2, change = 'restored'");
  expect(() => write.run(`${HASH}\0x`)).toThrow(GUARDED);
  db.close();
});

const columns: readonly [string, string][] = [
  ['id', "''"],
  ['id', "'short'"],
  ['id', "'abcd-234'"],
  ['id', 'NULL'],
  ['owner', "''"],
  ['owner', "'  '"],
  ['owner', 'NULL'],
  ['name', 'NULL'],
  ['scopes', "''"],
  ['scopes', "'{}'"],
  ['scopes', 'NULL'],
  ['created_at', 'NULL'],
  ['expires_at', 'created_at'],
  ['expires_at', 'NULL'],
  ['suffix', "''"],
  ['suffix', "'abc'"],
  ['suffix', "'ab d'"],
  ['hash', "''"],
  ['hash', 'NULL'],
  ['hash', `'${'A'.repeat(64)}'`],
  ['previous_hash', `'${HASH}'`],
  ['previous_until', '1'],
  ['version', '0'],
  ['change', "'touched'"],
  ['mac', "''"],
  ['mac', 'NULL'],
  ['mac', `'${' '.repeat(43)}'`],
];

it.each(columns)('takes no new record with %s = %s', async (column, value) => {
  const { db } = await withToken();
  const names = ALL.split(', ');
  const values = names.map((name) => (name === column ? value : name === 'id' ? "'abcd1234'" : name));
  const insert = (chosen: readonly string[]) =>
    db.exec(`INSERT INTO swapproof_token (${ALL}) SELECT ${chosen.join(', ')} FROM swapproof_token LIMIT 1`);
  expect(() => insert(values)).toThrow(GUARDED);
  insert(names.map((name) => (name === 'id' ? "'abcd1234'" : name)));
  db.close();
});

it('keeps each version of a record, and which change made it', async () => {
  const { tokens, db, id } = await withToken();
  await tokens.rotate(id);
  await tokens.revoke(id);
  const rows = db.prepare('SELECT version, change FROM swapproof_token_version ORDER BY version').raw().all();
  expect(rows).toEqual([
    [1, 'created'],
    [2, 'rotated'],
    [3, 'revoked'],
  ]);
  expect(db.prepare('SELECT count(*) FROM swapproof_token_unlocked').raw().all()).toEqual([[0]]);
  db.close();
});

it('unlocks one token for a change, and no other', async () => {
  const { db, id } = await withToken();
  db.exec(`INSERT INTO swapproof_token_unlocked (id, change) VALUES ('abcd1234', 'rotated')`);
  const rotate = `UPDATE swapproof_token SET hash = '${HASH}', version = 2, change = 'rotated' WHERE id = '${id}'`;
  expect(() => db.exec(rotate)).toThrow(GUARDED);
  db.close();
});

it('goes on where somebody left a token unlocked', async () => {
  const { tokens, db, id } = await withToken();
  db.exec(`INSERT INTO swapproof_token_unlocked (id, change) VALUES ('${id}', 'restored')`);
  await tokens.rotate(id);
  expect(db.prepare('SELECT count(*) FROM swapproof_token_unlocked').raw().all()).toEqual([[0]]);
  db.close();
});

it('lets no revocation change a secret', async () => {
  const { db, id } = await withToken();
  db.exec(`INSERT INTO swapproof_token_unlocked (id, change) VALUES ('${id}', 'revoked')`);
  expect(() => db.exec(`UPDATE swapproof_token SET hash = '${HASH}', version = 2, change = 'revoked'`)).toThrow(
    GUARDED,
  );
  db.close();
});

it('lets last uses and rotations go on at once', async () => {
  const { tokens, id } = await withToken();
  const { tokens: others } = kits(at('tokens.db'));
  let secret = (await tokens.rotate(id)).token;
  for (let turn = 0; turn < 5; turn++) {
    const [rotated] = await Promise.all([
      tokens.rotate(id),
      tokens.verify(secret),
      others.verify(secret),
      others.list(),
    ]);
    secret = rotated.token;
  }
  expect(await others.verify(secret)).toMatchObject({ id });
});

it('makes a guard anew that was put there by its name, and does something else', async () => {
  const { tokens, db } = await withToken();
  for (const guard of ['locked', 'secret']) {
    const name = `swapproof_token_${guard}`;
    db.exec(`DROP TRIGGER ${name}; CREATE TRIGGER ${name} BEFORE UPDATE ON swapproof_token BEGIN SELECT 1; END`);
  }
  await tokens.create(DEPLOY);
  expect(() => db.exec(`UPDATE swapproof_token SET hash = '${HASH}'`)).toThrow(GUARDED);
  db.close();
});

it('refuses a file of a later version', async () => {
  const { db, tokens } = await withToken();
  await tokens.close();
  db.exec('INSERT INTO swapproof_token_schema (step, applied_at) VALUES (99, 1)');
  db.close();
  const later = kits(at('tokens.db')).tokens;
  await expect(later.create(DEPLOY)).rejects.toThrow(/later version/);
});
