/** What SQLite files do in the wild: each must be refused with advice, lose nothing, and mend by itself. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Libsql from 'libsql';
import { systemClock } from '../../../../lib/clock.js';
import { Events } from '../../../../lib/events.js';
import { admit } from '../../../../lib/revocation/admission.js';
import { Replica } from '../../../../lib/revocation/replica.js';
import { Revoker } from '../../../../lib/revocation/revoker.js';
import { DatabaseFile } from '../../../../lib/stores/sqlite/database-file.js';
import { sqlite } from '../../../../lib/stores/sqlite/index.js';
import { SqliteLog } from '../../../../lib/stores/sqlite/log.js';
import { SqliteRegistry } from '../../../../lib/stores/sqlite/registry.js';
import { row } from '../../../../lib/testing/contract/samples.js';
import { settled } from '../../../helpers/deferred.js';
import { type LogKit, logKit } from '../../../helpers/log-kit.js';
import { bornAt } from '../../../helpers/log-process.js';
import { temporaryFolder } from '../../../helpers/temporary-folder.js';

const PATIENCE = 10_000;
const path = temporaryFolder();
const open: LogKit[] = [];

async function kit(file = path('s.db'), deadline = PATIENCE): Promise<LogKit> {
  const made = logKit(sqlite(file).open({ keep: 1e9 }), deadline);
  open.push(made);
  await made.replica.catchUp(PATIENCE);
  return made;
}

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

describe('sqlite(path)', () => {
  it.each(['', ':memory:', 'a\0b'])('refuses the path %j', (wrong) => {
    expect(() => sqlite(wrong)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }));
  });

  it('refuses a path in a folder that is not there', () => {
    const place = () => sqlite(path('missing/s.db')).open({ keep: 1 });
    expect(place).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringMatching(/no folder/) }),
    );
  });

  it('refuses a folder', () => {
    mkdirSync(path('s.db'));
    const place = () => sqlite(path('s.db')).open({ keep: 1 });
    expect(place).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringMatching(/is a folder/) }),
    );
  });

  it('refuses a file that is no database, and leaves it as it is', () => {
    writeFileSync(path('s.db'), 'not a database, but somebody needs it '.repeat(100));
    const place = () => sqlite(path('s.db')).open({ keep: 1 });
    expect(place).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', message: expect.stringMatching(/no SQLite database/) }),
    );
  });

  it('takes paths with any characters', async () => {
    const { replica } = await kit(path('a b?mode=ro#%41.db'));
    expect(replica.confirmed()).toBe(true);
    expect(existsSync(path('a b?mode=ro#%41.db'))).toBe(true);
  });
});

describe('two processes on one file', () => {
  it('know of each other before a revocation resolves', async () => {
    const [one, other] = [await kit(), await kit()];
    const session = bornAt(other.replica);
    const heard: string[] = [];
    other.replica.onEntry(({ key }) => heard.push(key));
    await one.revoker.append({ kind: 'subject', key: session.subject });
    await expect(admit(other.replica, session, PATIENCE)).resolves.toBe('revoked');
    expect(heard).toEqual([session.subject]);
  });

  it('revoke a thousand sessions at once, each in the order that both see', async () => {
    const [one, other] = [await kit(), await kit()];
    const session = bornAt(other.replica);
    const revoke = ({ revoker }: LogKit, key: string) => revoker.append({ kind: 'root', key });
    const roots = Array.from({ length: 1_000 }, (_, each) => `r${each}`);
    await Promise.all(roots.map((root, index) => revoke(index % 2 ? one : other, root)));
    await Promise.all([one.replica.poll(), other.replica.poll()]);
    const birth = { genesis: session.genesis, position: session.birth };
    expect(one.replica.entriesSince(birth)).toEqual(other.replica.entriesSince(birth));
    expect(roots.filter((root) => other.replica.verdict({ ...session, root, id: root }) !== 'revoked')).toEqual([]);
  });

  it('still notice each other after thousands of proofs without a poll', async () => {
    const [one, other] = [await kit(), await kit()];
    const file = new DatabaseFile(Libsql, path('s.db'), { durability: 'FULL', creates: false });
    const log = new SqliteLog(file, { keep: 1, now: Date.now });
    const { version } = await log.poll({ member: null, after: null }, AbortSignal.timeout(PATIENCE));
    for (let each = 0; each < 2_000; each++) expect(log.unchanged(version)).toBe(true);
    await one.revoker.append({ kind: 'root', key: 'r1' });
    expect(log.unchanged(version)).toBe(false);
    await log.close();
    expect(other.events).toEqual([]);
  });

  it('keep entries as long as the one that asks for the longest', async () => {
    const first = new SqliteLog(new DatabaseFile(Libsql, path('s.db'), { durability: 'FULL', creates: true }), {
      keep: 1_000,
      now: Date.now,
    });
    await first.found(null, AbortSignal.timeout(PATIENCE));
    await kit();
    const { header } = await first.poll({ member: null, after: null }, AbortSignal.timeout(PATIENCE));
    expect(header?.keep).toBe(1e9);
    await first.close();
  });
});

describe('a file that is loaded a page at a time', () => {
  it('comes complete and in order', async () => {
    const { revoker } = await kit();
    await Promise.all(Array.from({ length: 95 }, (_, each) => revoker.append({ kind: 'root', key: `r${each}` })));
    const file = new DatabaseFile(Libsql, path('s.db'), { durability: 'FULL', creates: false });
    const log = new SqliteLog(file, { keep: 1, now: Date.now, page: 10 });
    const replica = new Replica({ log, clock: systemClock(), events: new Events() });
    await expect(replica.catchUp(PATIENCE)).resolves.toBe(true);
    expect(replica.entriesSince({ genesis: replica.position()?.genesis ?? '', position: 0 })).toHaveLength(95);
    await replica.close();
    await log.close();
  });
});

describe('a locked file', () => {
  it('is waited for at start, without an error', async () => {
    const lock = new Libsql(path('s.db'));
    lock.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; CREATE TABLE theirs (x)');
    const made = logKit(sqlite(path('s.db')).open({ keep: 1e9 }));
    open.push(made);
    expect(made.replica.confirmed()).toBe(false);
    lock.exec('COMMIT');
    lock.close();
    await expect(made.replica.catchUp(PATIENCE)).resolves.toBe(true);
  });

  it('goes on being read; what must be written waits, and is done once the lock has gone', async () => {
    const { replica, revoker, registry } = await kit();
    await registry.add(row('r1'), { hash: 'h1', proof: 'p1' });
    const session = bornAt(replica);
    const lock = new Libsql(path('s.db'));
    lock.exec('BEGIN IMMEDIATE');
    const revocation = revoker.append({ kind: 'root', key: session.root });
    await expect(admit(replica, session, PATIENCE)).resolves.toBe('admitted');
    await expect(registry.find('r1')).resolves.toEqual({ row: row('r1'), proof: null });
    lock.exec('COMMIT');
    lock.close();
    await revocation;
    await expect(admit(replica, session, PATIENCE)).resolves.toBe('revoked');
  });

  it('delays a row of the registry, and does not fail it', async () => {
    const { registry } = await kit();
    await registry.find('r1');
    const lock = new Libsql(path('s.db'));
    lock.exec('BEGIN IMMEDIATE');
    const added = registry.add(row('r1'), { hash: 'h1', proof: 'p1' });
    lock.exec('COMMIT');
    lock.close();
    await expect(added).resolves.toBeUndefined();
    await expect(registry.find('r1')).resolves.toEqual({ row: row('r1'), proof: null });
  });

  it('is given up after a deadline, with advice, and nothing is half written', async () => {
    const { revoker } = await kit(path('s.db'), 50);
    const registry = new SqliteRegistry(
      new DatabaseFile(Libsql, path('s.db'), { durability: 'NORMAL', creates: false }),
      20,
    );
    const lock = new Libsql(path('s.db'));
    lock.exec('BEGIN IMMEDIATE');
    await expect(registry.add(row('r1'), { hash: 'h1', proof: 'p1' })).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
      message: expect.stringContaining('Another process holds its write lock'),
    });
    await expect(revoker.append({ kind: 'root', key: 'r1' })).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNKNOWN' });
    lock.exec('COMMIT');
    lock.close();
    await expect(registry.find('r1')).resolves.toBeNull();
    await registry.add(row('r1'), { hash: 'h1', proof: 'p1' });
    await registry.close();
  });
});

describe('a file that is gone', () => {
  it('admits nobody and is never made anew; put back, all goes on', async () => {
    const { replica, revoker, registry, events } = await kit(path('s.db'), 50);
    const session = bornAt(replica);
    renameSync(path('s.db'), path('away.db'));
    await expect(revoker.append({ kind: 'root', key: 'r1' })).rejects.toMatchObject({ code: 'ERR_REVOCATION_UNKNOWN' });
    await expect(admit(replica, session, 50)).resolves.toBe('unavailable');
    await expect(registry.find('r1')).rejects.toMatchObject({ message: expect.stringContaining('is gone') });
    expect(existsSync(path('s.db'))).toBe(false);
    expect(events).toMatchObject([
      { code: 'store.unavailable', message: expect.stringContaining('Put the file back') },
    ]);
    renameSync(path('away.db'), path('s.db'));
    await expect(admit(replica, session, PATIENCE)).resolves.toBe('admitted');
    await expect(registry.find('r1')).resolves.toBeNull();
  });
});

/** Until the lease has ended: what was proven a moment ago still counts. */
async function lapse({ replica }: LogKit): Promise<void> {
  while (replica.confirmed()) await settled();
}

describe('another file in its place', () => {
  /** As a backup is made: a file of its own that says the same. */
  const copy = (from: string, to: string) => {
    const source = new Libsql(path(from));
    source.exec(`VACUUM INTO '${path(to)}'`);
    source.close();
  };
  /** With the files beside it: what was committed last is in them. */
  const move = (from: string, to: string) => {
    for (const suffix of ['', '-wal', '-shm']) renameSync(path(`${from}${suffix}`), path(`${to}${suffix}`));
  };
  const put = (name: string) => {
    for (const suffix of ['-wal', '-shm']) rmSync(path(`s.db${suffix}`), { force: true });
    renameSync(path(name), path('s.db'));
  };

  it('is where revocations go from then on, and everyone logs in again', async () => {
    const { replica, revoker, events } = await kit();
    const session = bornAt(replica);
    const other = await kit(path('other.db'));
    copy('other.db', 'backup.db');
    put('backup.db');
    await revoker.append({ kind: 'root', key: 'r1' });
    await expect(admit(replica, session, PATIENCE)).resolves.toBe('foreign');
    expect(events).toMatchObject([{ code: 'log.refounded', severity: 'critical', detail: { doubt: 'other-life' } }]);
    const fresh = await kit();
    const genesis = fresh.replica.position()?.genesis ?? '';
    expect(fresh.replica.entriesSince({ genesis, position: 0 })).toMatchObject([{ key: 'r1' }]);
    expect([session.genesis, other.replica.position()?.genesis]).not.toContain(genesis);
  });

  it('is noticed though it is an older copy of the same log, where a revocation is missing', async () => {
    const { replica, revoker } = await kit();
    const session = bornAt(replica);
    copy('s.db', 'backup.db');
    await revoker.append({ kind: 'root', key: session.root });
    put('backup.db');
    const fresh = await kit();
    await expect(admit(fresh.replica, session, PATIENCE)).resolves.toBe('foreign');
    await replica.poll();
    await expect(admit(replica, { ...session, root: 'r2', id: 'r2' }, PATIENCE)).resolves.toBe('foreign');
    expect(replica.position()?.genesis).not.toBe(session.genesis);
  });

  it('takes no entry before the doubt about it is settled', async () => {
    await kit();
    copy('s.db', 'backup.db');
    const file = new DatabaseFile(Libsql, path('backup.db'), { durability: 'FULL', creates: false });
    const log = new SqliteLog(file, { keep: 1, now: Date.now });
    await expect(log.append({ tag: 't1', kind: 'root', key: 'r1', except: [] })).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
      message: expect.stringContaining('in doubt'),
    });
    await log.close();
  });

  it('that is no database is refused with advice until it has gone again', async () => {
    const made = await kit();
    const { replica, events } = made;
    const session = bornAt(replica);
    move('s.db', 'away.db');
    writeFileSync(path('s.db'), 'garbage '.repeat(1_000));
    await lapse(made);
    await expect(admit(replica, session, 50)).resolves.toBe('unavailable');
    expect(events).toMatchObject([
      { code: 'store.unavailable', message: expect.stringContaining('no SQLite database') },
    ]);
    move('away.db', 's.db');
    await expect(admit(replica, session, PATIENCE)).resolves.toBe('admitted');
  });
});

describe('a full disk', () => {
  it('goes on being read; revoking rejects with advice, and works once there is room', async () => {
    const file = new DatabaseFile(Libsql, path('s.db'), { durability: 'FULL', creates: true });
    const log = new SqliteLog(file, { keep: 1e9, now: Date.now });
    const [clock, events] = [systemClock(), new Events()];
    const replica = new Replica({ log, clock, events });
    await replica.catchUp(PATIENCE);
    const session = bornAt(replica);
    const limit = (pages: number) => file.use((connection) => connection.all(`PRAGMA max_page_count = ${pages}`));

    limit(1);
    const impatient = new Revoker({ log, replica, clock, events, deadline: 100 });
    const large = {
      kind: 'subject',
      key: 'u1',
      except: Array.from({ length: 2_000 }, (_, each) => `r${each}`),
    } as const;
    await expect(impatient.append(large)).rejects.toMatchObject({
      code: 'ERR_REVOCATION_UNKNOWN',
      message: expect.stringContaining('The disk is full'),
    });
    await expect(admit(replica, session, PATIENCE)).resolves.toBe('admitted');

    limit(1_000_000);
    await new Revoker({ log, replica, clock, events }).append(large);
    await expect(admit(replica, session, PATIENCE)).resolves.toBe('revoked');
    expect(replica.position()?.genesis).toBe(session.genesis);
    await replica.close();
    await log.close();
  });
});

describe('a closed store', () => {
  it('answers nothing any more', async () => {
    const { log, registry, close } = sqlite(path('s.db')).open({ keep: 1e9 });
    await registry.find('r1');
    await close();
    const signal = AbortSignal.timeout(PATIENCE);
    await expect(log.poll({ member: null, after: null }, signal)).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    });
    await expect(registry.find('r1')).rejects.toMatchObject({ message: 'The store was closed.' });
    expect(log.unchanged?.('')).toBe(false);
  });

  it('finishes the appends that had begun', async () => {
    const first = sqlite(path('s.db')).open({ keep: 1e9 });
    const signal = AbortSignal.timeout(PATIENCE);
    await first.log.found(null, signal);
    const appended = first.log.append({ tag: 't1', kind: 'root', key: 'r1', except: [] }, signal);
    await first.close();
    const { position } = await appended;
    const second = sqlite(path('s.db')).open({ keep: 1e9 });
    const { entries } = await second.log.poll({ member: null, after: null }, signal);
    expect(entries).toMatchObject([{ key: 'r1', position }]);
    await second.close();
  });
});
