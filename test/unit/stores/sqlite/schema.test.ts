/** Files that an earlier version has made. */
import Libsql from 'libsql';
import { sqlite, sqliteTokens } from '../../../../lib/stores/sqlite/index.js';
import { row } from '../../../../lib/testing/contract/samples.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

const path = temporaryFolder();
const name = (hash: string) => ({ hash, proof: `proof of ${hash}` });

it('a file that is older than remembered sessions keeps its rows, and takes new ones', async () => {
  const before = sqlite(path('s.db')).open({ keep: 1e9 });
  await before.registry.add(row('r1'), name('h1'));
  await before.close();
  const older = new Libsql(path('s.db'));
  older.exec('ALTER TABLE swapproof_session DROP COLUMN remembered');
  older.close();
  const now = sqlite(path('s.db')).open({ keep: 1e9 });
  await now.registry.add(row('r2', { remembered: true }), name('h2'));
  expect((await now.registry.find('r1'))?.row).toEqual(row('r1'));
  expect((await now.registry.find('r2'))?.row).toEqual(row('r2', { remembered: true }));
  await now.close();
});

it('two processes that open such a file at once both work', async () => {
  const made = sqlite(path('s.db')).open({ keep: 1e9 });
  await made.registry.add(row('r1'), name('h1'));
  const older = new Libsql(path('s.db'));
  older.exec('ALTER TABLE swapproof_session DROP COLUMN remembered');
  older.close();
  const both = [1, 2].map(() => sqlite(path('s.db')).open({ keep: 1e9 }));
  for (const each of both) expect((await each.registry.find('r1'))?.row).toEqual(row('r1'));
  for (const each of [made, ...both]) await each.close();
});

it('a file that holds service tokens too is complete for either, and is not written to when it is opened', async () => {
  const open = () => [sqlite(path('s.db')).open({ keep: 1e9 }), sqliteTokens(path('s.db')).open()] as const;
  for (const each of open()) await each.close();
  const other = new Libsql(path('s.db'));
  other.exec('BEGIN IMMEDIATE');
  const [sessions, tokens] = open();
  expect(await sessions.registry.find('r1')).toBeNull();
  expect(await tokens.read('abcd1234', AbortSignal.timeout(1_000))).toBeNull();
  for (const each of [sessions, tokens]) await each.close();
  other.exec('ROLLBACK');
  other.close();
});
