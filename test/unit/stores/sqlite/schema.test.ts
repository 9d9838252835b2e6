/** Files that an earlier version has made. */
import Libsql from 'libsql';
import { sqlite } from '../../../../lib/stores/sqlite/index.js';
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
