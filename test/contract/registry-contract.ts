/** What every store's registry keeps, whatever it is made of. The rules are those of lib/session/registry-port.ts. */
import type { RegistryRow, RegistryStore } from '../../lib/session/registry-port.js';

export interface RegistryUnderTest {
  readonly registry: RegistryStore;
  close(): Promise<void>;
}

export function row(root: string, changes: Partial<RegistryRow> = {}): RegistryRow {
  return {
    root,
    id: root,
    subject: 'u1',
    createdAt: 1_000,
    expiresAt: 9_000,
    remembered: false,
    lastSeenAt: 1_000,
    userAgent: 'Firefox',
    address: '192.0.2.1',
    mac: `mac of ${root}`,
    ...changes,
  };
}

export function registryContract(open: () => RegistryUnderTest): void {
  let opened: RegistryUnderTest;
  let registry: RegistryStore;

  beforeEach(() => {
    opened = open();
    registry = opened.registry;
  });
  afterEach(() => opened.close());

  const nameOf = (hash: string) => ({ hash, proof: hash && `proof of ${hash}` });
  const add = (added: RegistryRow, hash: string) => registry.add(added, nameOf(hash));
  const rename = (root: string, id: string, hash: string, mac: string) =>
    registry.rename(root, { id, mac }, nameOf(hash));
  const find = async (name: string) => (await registry.find(name))?.row ?? null;

  const rootsOf = async (subject: string) => {
    const roots: string[] = [];
    for await (const { root } of registry.list(subject)) roots.push(root);
    return roots;
  };

  it('finds a row by root, id and hash, as it was added', async () => {
    const added = row('r1', { id: 'r1.a', userAgent: '', address: '' });
    await add(added, 'hash of r1.a');
    for (const name of ['r1', 'r1.a', 'hash of r1.a']) expect(await find(name)).toEqual(added);
  });

  it('keeps whether a session is remembered', async () => {
    await add(row('r1', { remembered: true }), 'h1');
    await rename('r1', 'r1.a', 'h2', 'mac 2');
    expect(await find('r1')).toEqual(row('r1', { id: 'r1.a', mac: 'mac 2', remembered: true }));
  });

  it('gives back the proof of the hash that found it, and none for an id', async () => {
    await add(row('r1'), 'h1');
    await rename('r1', 'r1.a', 'h2', 'mac 2');
    const proofs = ['r1', 'h1', 'r1.a', 'h2'].map(async (name) => (await registry.find(name))?.proof);
    expect(await Promise.all(proofs)).toEqual([null, 'proof of h1', null, 'proof of h2']);
  });

  it.each(['', 'r2', '__proto__', 'constructor', '%', "' OR 1=1 --"])('finds nothing by %j', async (name) => {
    await add(row('r1'), 'h1');
    expect(await find(name)).toBeNull();
  });

  it('refuses a root that is there already, and keeps the row that was there', async () => {
    await add(row('r1'), 'h1');
    await expect(add(row('r1', { subject: 'u2' }), 'h2')).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    });
    expect(await find('r1')).toEqual(row('r1'));
    expect(await find('h2')).toBeNull();
    expect(await rootsOf('u2')).toEqual([]);
  });

  it.each(['root', 'id', 'subject', 'mac'] as const)('refuses an empty %s', async (field) => {
    await expect(add({ ...row('r1'), [field]: '' }, 'h1')).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    });
    expect(await find('r1')).toBeNull();
  });

  it('refuses to empty an id or a MAC later', async () => {
    await add(row('r1'), 'h1');
    await expect(rename('r1', '', 'h2', 'm2')).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    await expect(rename('r1', 'r1.b', 'h2', '')).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    expect(await find('r1')).toEqual(row('r1'));
  });

  it('finds a renamed row by all its ids and their hashes', async () => {
    await add(row('r1'), 'h1');
    await rename('r1', 'r1.a', 'h2', 'mac 2');
    await rename('r1', 'r1.b', 'h3', 'mac 3');
    const renamed = row('r1', { id: 'r1.b', mac: 'mac 3' });
    for (const name of ['r1', 'h1', 'r1.a', 'h2', 'r1.b', 'h3']) expect(await find(name)).toEqual(renamed);
  });

  it('leaves unknown roots alone', async () => {
    await rename('r9', 'r9.a', 'h9', 'mac 9');
    await registry.seen(new Map([['r9', 5_000]]));
    await registry.remove('r9');
    for (const name of ['r9', 'r9.a', 'h9']) expect(await find(name)).toBeNull();
  });

  it('writes last-seen alone, and only forwards', async () => {
    await add(row('r1'), 'h1');
    await add(row('r2'), 'h2');
    await registry.seen(new Map([['r1', 5_000]]));
    await registry.seen(new Map([['r1', 4_000]]));
    expect(await find('r1')).toEqual(row('r1', { lastSeenAt: 5_000 }));
    expect(await find('r2')).toEqual(row('r2'));
  });

  it('writes thousands of last-seen times', async () => {
    await add(row('r1'), 'h1');
    const marks = new Map(Array.from({ length: 2_500 }, (_, each) => [`x${each}`, 5_000]));
    await registry.seen(marks.set('r1', 6_000));
    expect(await find('r1')).toMatchObject({ lastSeenAt: 6_000 });
  });

  it("lists a subject's sessions, newest first, and nobody else's", async () => {
    const many = Array.from({ length: 250 }, (_, each) => `r${String(each).padStart(3, '0')}`);
    for (const [index, root] of many.entries()) await add(row(root, { createdAt: index }), `h ${root}`);
    await add(row('other', { subject: 'u1 ' }), 'h other');
    expect(await rootsOf('u1')).toEqual(many.reverse());
    expect(await rootsOf('u1 ')).toEqual(['other']);
    expect(await rootsOf('U1')).toEqual([]);
  });

  it('lists each session once if all were created at the same moment', async () => {
    const many = Array.from({ length: 205 }, (_, each) => `r${each}`);
    for (const root of many) await add(row(root), `h ${root}`);
    expect((await rootsOf('u1')).sort()).toEqual(many.sort());
  });

  it('forgets a removed session by every name', async () => {
    await add(row('r1'), 'h1');
    await rename('r1', 'r1.a', 'h2', 'mac 2');
    await registry.remove('r1');
    for (const name of ['r1', 'h1', 'r1.a', 'h2']) expect(await find(name)).toBeNull();
    expect(await rootsOf('u1')).toEqual([]);
    await add(row('r1'), 'h1');
    expect(await find('h2')).toBeNull();
  });

  it('prunes what expired before a time, and only that', async () => {
    for (let each = 0; each < 1_100; each++) await add(row(`old${each}`, { expiresAt: 5_000 }), `h${each}`);
    await add(row('r1', { expiresAt: 5_001 }), 'h r1');
    await registry.prune(5_001);
    expect(await rootsOf('u1')).toEqual(['r1']);
    expect(await find('h7')).toBeNull();
  });

  it('clears what was created before a time, however long it lives, and only that', async () => {
    for (let each = 0; each < 1_100; each++) await add(row(`old${each}`, { createdAt: 4_999 }), `h${each}`);
    await add(row('r1', { createdAt: 5_000, expiresAt: 5_001 }), 'h r1');
    await registry.clear(5_000);
    expect(await rootsOf('u1')).toEqual(['r1']);
    expect(await find('h7')).toBeNull();
  });

  it('gives out rows that nobody can change', async () => {
    await add(row('r1'), 'h1');
    expect(Object.isFrozen(await find('r1'))).toBe(true);
  });
}
