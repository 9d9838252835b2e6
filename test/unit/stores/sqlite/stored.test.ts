/** Stored values where SQLite files do what they do in the wild, and what a look at the log costs. */
import { copyFileSync, renameSync } from 'node:fs';
import Libsql from 'libsql';
import type { NamedOwner } from '../../../../lib/session/stored-port.js';
import { sqlite } from '../../../../lib/stores/sqlite/index.js';
import type { OpenStore } from '../../../../lib/stores/store.js';
import { storedEntry as entry, row } from '../../../../lib/testing/contract/samples.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

const path = temporaryFolder();
const patient = new AbortController().signal;
const open: OpenStore[] = [];
afterEach(() => Promise.all(open.splice(0).map((store) => store.close())));

async function started(): Promise<{ store: OpenStore; owner: NamedOwner }> {
  const store = sqlite(path('s.db')).open({ keep: 1e9 });
  open.push(store);
  await store.log.found(null, patient);
  const { header } = await store.log.poll({ member: null, after: null }, patient);
  const claims = { root: 'r1', id: 'r1', subject: 'u1', genesis: header?.genesis ?? '', birth: 0 };
  await store.registry.add(row('r1'), { hash: 'h', proof: 'p' });
  return { store, owner: { kind: 'session', claims, now: 5_000 } };
}

it('in a file that was put in place of the log nothing is read or written until that is settled', async () => {
  const { store, owner } = await started();
  await store.stored.set(owner, entry('cart'), patient);
  const raw = new Libsql(path('s.db'));
  raw.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  raw.close();
  copyFileSync(path('s.db'), path('restored.db'));
  renameSync(path('restored.db'), path('s.db'));
  const unavailable = { code: 'ERR_STORE_UNAVAILABLE', message: expect.stringContaining('in doubt') };
  await expect(store.stored.get(owner, 'cart', patient)).rejects.toMatchObject(unavailable);
  await expect(store.stored.set(owner, entry('cart'), patient)).rejects.toMatchObject(unavailable);
});

it('while the log is in doubt nothing is read or written', async () => {
  const { store, owner } = await started();
  const raw = new Libsql(path('s.db'));
  raw.exec("UPDATE swapproof_log SET doubt = 'somebody noticed'");
  raw.close();
  await expect(store.stored.take(owner, 'cart', patient)).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
});

it('a write that waited for the lock until nobody waited for it any more never happens', async () => {
  const { store, owner } = await started();
  const other = new Libsql(path('s.db'));
  other.exec('BEGIN IMMEDIATE');
  const abort = new AbortController();
  const writing = store.stored.set(owner, entry('cart'), abort.signal);
  abort.abort();
  await expect(writing).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
  other.exec('ROLLBACK');
  other.close();
  expect(await store.stored.get(owner, 'cart', patient)).toEqual({ live: true, value: null });
});

it('finds what covers a session by one search for each kind of entry, however long the log is', async () => {
  await started();
  const raw = new Libsql(path('s.db'));
  const plan = raw
    .prepare(
      `EXPLAIN QUERY PLAN SELECT 1 FROM swapproof_entry
        WHERE (kind, key) IN (VALUES ('everyone', ''), ('root', ?), ('id', ?), ('subject', ?)) AND position > ? LIMIT 1`,
    )
    .raw()
    .all('r1', 'r1', 'u1', 0)
    .flat()
    .map(String);
  raw.close();
  expect(plan).toContainEqual(expect.stringMatching(/SEARCH .* INDEX swapproof_entry_key \(kind=\? AND key=\? AND/));
  expect(plan).not.toContainEqual(expect.stringMatching(/SCAN swapproof_entry/));
});
