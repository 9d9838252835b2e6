import { hashOf, randomId } from '../../../lib/session/ids.js';
import { Registry } from '../../../lib/session/registry.js';
import type { FoundRow, RegistryRow, RegistryStore } from '../../../lib/session/registry-port.js';
import { MemoryRegistry } from '../../../lib/stores/memory-registry.js';
import { rejectionOf } from '../../helpers/thrown.js';
import { keyring, SECRETS, token } from '../../helpers/tokens.js';

const device = { userAgent: 'Firefox', address: '127.0.0.1' };

/** The real store, with some of its methods replaced: a store that lies. */
function setUp(lies: (store: RegistryStore) => Partial<RegistryStore> = () => ({})) {
  const store = new MemoryRegistry();
  const lying = new Proxy<RegistryStore>(store, {
    get(target, key) {
      const value: unknown = Reflect.get(lies(store), key) ?? Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(store) : value;
    },
  });
  return { store, registry: new Registry(lying, keyring()) };
}

async function rows(registry: Registry, subject: string): Promise<RegistryRow[]> {
  const found: RegistryRow[] = [];
  for await (const row of registry.list(subject)) found.push(row);
  return found;
}

describe('Registry', () => {
  it("lists the sessions of a subject, and nobody else's", async () => {
    const { registry } = setUp();
    const mine = token({ subject: 'alice' });
    await registry.add(mine, device);
    await registry.add(token({ subject: 'bob' }), device);
    const listed = await rows(registry, 'alice');
    expect(listed).toMatchObject([
      { ...device, root: mine.root, id: mine.id, subject: 'alice', expiresAt: mine.expiresAt },
    ]);
  });

  it('finds a session by its id, by earlier ids and by their hashes', async () => {
    const { registry } = setUp();
    const first = token();
    const renewed = token({ root: first.root, id: `${first.root}.${randomId()}` });
    await registry.add(first, device);
    await registry.rename(renewed);
    for (const name of [first.id, renewed.id, hashOf(first.id), hashOf(renewed.id)]) {
      expect(await registry.find(name)).toMatchObject({ root: first.root, id: renewed.id });
    }
  });

  it('renames nothing that is not there', async () => {
    const { registry, store } = setUp();
    const rename = jest.spyOn(store, 'rename');
    await registry.rename(token());
    expect(rename).not.toHaveBeenCalled();
  });

  it('knows when a session was last seen', async () => {
    const { registry } = setUp();
    const { root, issuedAt } = token();
    await registry.add(token({ root }), device);
    await registry.seen(new Map([[root, issuedAt + 5]]));
    expect(await registry.lastSeenAt(root)).toBe(issuedAt + 5);
    expect(await registry.lastSeenAt(randomId())).toBeNull();
  });

  it('forgets what was removed or has expired', async () => {
    const { registry } = setUp();
    const [gone, old] = [token(), token({ expiresAt: 5 })];
    await registry.add(gone, device);
    await registry.add(old, device);
    await registry.remove(gone.root);
    await registry.prune(6);
    expect([await registry.find(gone.root), await registry.find(old.root)]).toEqual([null, null]);
  });
});

describe('a record that is not the one asked for (R10)', () => {
  const [alice, bob] = [token({ subject: 'alice' }), token({ subject: 'bob' })];

  /** Alice's and Bob's sessions in a store that tells lies. */
  async function both(lies: (store: RegistryStore) => Partial<RegistryStore>) {
    let honest = true;
    const { registry, store } = setUp((real) => (honest ? {} : lies(real)));
    await registry.add(alice, device);
    await registry.add(bob, device);
    honest = false;
    return { registry, store };
  }

  it.each<[string, (registry: Registry) => Promise<unknown>]>([
    ['find', (registry) => registry.find(alice.id)],
    ['lastSeenAt', (registry) => registry.lastSeenAt(alice.root)],
    ['rename', (registry) => registry.rename(alice)],
  ])("a neighbour's, genuine as it is, is a 503 in %s(), never served", async (_name, ask) => {
    const { registry } = await both((real) => ({ find: () => real.find(bob.root) }));
    const error = await rejectionOf(ask(registry));
    expect([error.code, error.status]).toEqual(['ERR_STORE_UNAVAILABLE', 503]);
    expect(error.message).toContain('not the one asked for');
    for (const told of [bob.id, 'bob', alice.id]) expect(error.message).not.toContain(told);
  });

  it("a neighbour's is a 503 where a hash was asked for too, of an earlier id as well", async () => {
    const { registry } = await both((real) => ({ find: () => real.find(hashOf(bob.id)) }));
    expect((await rejectionOf(registry.find(hashOf(alice.id)))).code).toBe('ERR_STORE_UNAVAILABLE');
    expect(await registry.find(hashOf(bob.id))).toMatchObject({ subject: 'bob' });
    const { registry: withoutProof } = await both((real) => ({ find: () => real.find(bob.root) }));
    expect((await rejectionOf(withoutProof.find(hashOf(bob.id)))).code).toBe('ERR_STORE_UNAVAILABLE');
  });

  it("a neighbour's in a list is a 503", async () => {
    const { registry } = await both((real) => ({ list: () => real.list('bob') }));
    expect((await rejectionOf(rows(registry, 'alice'))).code).toBe('ERR_STORE_UNAVAILABLE');
  });

  it.each<[keyof RegistryRow, string | number | boolean]>([
    ['subject', 'alice'],
    ['root', alice.root],
    ['id', `${bob.root}.${randomId()}`],
    ['createdAt', 1],
    ['expiresAt', 9e15],
    ['remembered', true],
    ['mac', 'A'.repeat(43)],
  ])('one whose %s was changed in the store is a 503', async (field, value) => {
    const lie = async (real: RegistryStore): Promise<FoundRow> => {
      const { row, proof } = (await real.find(hashOf(bob.id))) as FoundRow;
      return { row: { ...row, [field]: value }, proof };
    };
    const { registry } = await both((real) => ({
      find: () => lie(real),
      list: async function* () {
        yield (await lie(real)).row;
      },
    }));
    expect((await rejectionOf(registry.find(hashOf(bob.id)))).code).toBe('ERR_STORE_UNAVAILABLE');
    expect((await rejectionOf(rows(registry, 'alice'))).code).toBe('ERR_STORE_UNAVAILABLE');
  });

  it('is told from a row of a file that is older than remembered sessions', async () => {
    const { store, registry } = await both(() => ({}));
    const { root, id, subject, issuedAt, expiresAt } = alice;
    const mac = keyring().mac('registry', JSON.stringify([root, id, subject, issuedAt, expiresAt]));
    await store.rename(root, { id, mac }, { hash: 'h', proof: 'p' });
    expect(await registry.find(root)).toMatchObject({ subject: 'alice', remembered: false });
  });

  it('is told from one that another secret or audience signed', async () => {
    const { store } = await both(() => ({}));
    const rotated = new Registry(store, keyring([SECRETS[1], SECRETS[0]]));
    expect(await rotated.find(alice.id)).not.toBeNull();
    for (const ring of [keyring([SECRETS[1]]), keyring([SECRETS[0]], 'blog')]) {
      expect((await rejectionOf(new Registry(store, ring).find(alice.id))).code).toBe('ERR_STORE_UNAVAILABLE');
    }
  });
});

describe('a store that fails', () => {
  const failure = new Error('disk full');
  const fails = async () => {
    throw failure;
  };

  it.each<[string, (registry: Registry) => Promise<unknown>]>([
    ['add', (registry) => registry.add(token(), device)],
    ['find', (registry) => registry.find(randomId())],
    ['seen', (registry) => registry.seen(new Map())],
    ['remove', (registry) => registry.remove('x')],
    ['prune', (registry) => registry.prune(0)],
    ['clear', (registry) => registry.clear(0)],
    ['list', (registry) => rows(registry, 'alice')],
  ])('is ERR_STORE_UNAVAILABLE from %s(), with its cause', async (name, ask) => {
    // biome-ignore lint/correctness/useYield: it fails before its first row
    const list = async function* () {
      throw failure;
    };
    const { registry } = setUp(() => ({ [name]: name === 'list' ? list : fails }));
    const error = await rejectionOf(ask(registry));
    expect([error.code, error.cause]).toEqual(['ERR_STORE_UNAVAILABLE', failure]);
  });
});
