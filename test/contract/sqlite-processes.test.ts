/** SQLite and real processes: one that is killed, one that may not write, and several that want the same. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { sqlite } from '../../lib/stores/sqlite/index.js';
import { storedEntry as entry, row } from '../../lib/testing/contract/samples.js';
import { type BuiltLibrary, buildLibrary } from '../helpers/built-library.js';
import { logKit } from '../helpers/log-kit.js';
import { bornAt } from '../helpers/log-process.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const NOBODY = 65_534;
const path = temporaryFolder();
let library: BuiltLibrary;

beforeAll(() => {
  library = buildLibrary();
});
afterAll(() => library.remove());

/** Runs the revoking process and kills it once it has reported so many; answers all that it reported. */
async function killAfter(count: number, file: string): Promise<string[]> {
  const child = spawn(process.execPath, [library.script('revoking-process.mjs'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const reported: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    reported.push(line);
    if (reported.length === count) child.kill('SIGKILL');
  }
  expect(await exit).toBe('SIGKILL');
  return reported;
}

it.each([1, 120, 600])(
  'a process killed after %i of 1,000 revocations: all that had resolved still hold',
  async (count) => {
    const file = path('s.db');
    const before = logKit(sqlite(file).open({ keep: 1e9 }));
    await before.replica.catchUp(10_000);
    const session = bornAt(before.replica, 'u1', 'bystander');
    await before.close();

    const reported = await killAfter(count, file);

    const { replica, events, close } = logKit(sqlite(file).open({ keep: 1e9 }));
    await replica.catchUp(10_000);
    expect(replica.position()?.genesis).toBe(session.genesis);
    const standing = reported.filter((root) => replica.verdict({ ...session, root, id: root }) !== 'revoked');
    expect(standing).toEqual([]);
    expect(replica.verdict(session)).toBe('valid');
    expect(reported.length).toBeGreaterThanOrEqual(count);
    expect(reported.length).toBeLessThan(1_000);
    expect(events).toEqual([]);
    await close();
  },
);

it('a process that may not write goes on serving, and says what to do when it has to write', async () => {
  const file = path('s.db');
  const owner = logKit(sqlite(file).open({ keep: 1e6 }));
  await owner.replica.catchUp(10_000);
  await owner.registry.add(row('r1'), { hash: 'h1', proof: 'p1' });

  for (const each of [file, `${file}-wal`, `${file}-shm`]) chmodSync(each, 0o444);
  const asRoot = process.getuid?.() === 0;
  if (asRoot) for (const each of [dirname(file), file]) chownSync(each, NOBODY, NOBODY);
  const { stdout } = spawnSync(process.execPath, [library.script('reading-process.mjs'), file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(asRoot && { uid: NOBODY, gid: NOBODY }),
  });

  const said = JSON.parse(stdout);
  expect(said).toMatchObject({
    confirmed: true,
    listed: { row: row('r1') },
    revoked: { code: 'ERR_REVOCATION_UNKNOWN', message: expect.stringContaining('Let the app write the file') },
    seen: { code: 'ERR_STORE_UNAVAILABLE', message: expect.stringContaining('Let the app write the file') },
  });
  expect(statSync(file).size).toBeGreaterThan(0);
  await owner.close();
});

/** Lets several processes begin at one moment; answers what each took. */
async function takeAtOnce(file: string, owner: unknown, names: readonly string[]): Promise<number[][]> {
  const script = library.script('taking-process.mjs');
  const processes = names.map((name) => {
    const child = spawn(process.execPath, [script, file, name, JSON.stringify(owner)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    return { child, lines: createInterface(child.stdout)[Symbol.asyncIterator]() };
  });
  for (const { lines } of processes) await lines.next();
  for (const { child } of processes) child.stdin.write('go');
  const taken = processes.map(async ({ lines }) => JSON.parse((await lines.next()).value) as number[]);
  return Promise.all(taken);
}

it('of several processes that take the same values one gets each, and what they write at once is all there', async () => {
  const { log, registry, stored, close } = sqlite(path('s.db')).open({ keep: 1e9 });
  const signal = AbortSignal.timeout(20_000);
  await log.found(null, signal);
  const { header } = await log.poll({ member: null, after: null }, signal);
  const claims = { root: 'r1', id: 'r1', subject: 'u1', genesis: header?.genesis ?? '', birth: 0 };
  const owner = { kind: 'session', claims, now: 5_000 } as const;
  await registry.add(row('r1'), { hash: 'h1', proof: 'p1' });
  const tickets = Array.from({ length: 50 }, (_, each) => each);
  for (const each of tickets) await stored.set(owner, entry(`ticket ${each}`), signal);

  const names = ['one', 'two', 'three'];
  const taken = await takeAtOnce(path('s.db'), owner, names);

  expect(taken.flat().sort((a, b) => a - b)).toEqual(tickets);
  const written = names.flatMap((name) => tickets.map((each) => stored.get(owner, `${name} ${each}`, signal)));
  expect((await Promise.all(written)).filter(({ value }) => value === null)).toEqual([]);
  await close();
});
