/** Stores that break their contract, each in one way that somebody has written or would write. */
import type { LogEntry, NewEntry } from '../../lib/revocation/log.js';
import type { FoundRow, RegistryRow } from '../../lib/session/registry-port.js';
import type { StoredOwner, StoredValue } from '../../lib/session/stored-port.js';
import { memory } from '../../lib/stores/memory.js';
import type { OpenStore, StoreOptions } from '../../lib/stores/store.js';

type Parts = { readonly [Part in 'log' | 'registry' | 'stored' | 'anonymous']?: Partial<OpenStore[Part]> };

/** The store, with these methods in place of its own. */
function but(store: OpenStore, parts: Parts): OpenStore {
  const replaced = <Part extends keyof Parts>(part: Part) =>
    new Proxy(store[part], {
      get(real, name) {
        const found = Reflect.get(parts[part] ?? {}, name) ?? Reflect.get(real, name, real);
        return typeof found === 'function' ? found.bind(real) : found;
      },
    });
  return {
    log: replaced('log'),
    registry: replaced('registry'),
    stored: replaced('stored'),
    anonymous: replaced('anonymous'),
    close: () => store.close(),
  };
}

export interface Mutant {
  readonly what: string;
  /** What each of these asks, the mutant does not do. */
  readonly breaks: RegExp;
  open(options: Required<StoreOptions>): OpenStore;
}

function mutant(what: string, breaks: RegExp, parts: (store: OpenStore) => Parts): Mutant {
  return {
    what,
    breaks,
    open(options) {
      const store = memory().open(options);
      return but(store, parts(store));
    },
  };
}

let tags = 0;
const refresh = (entry: NewEntry): NewEntry => ({ tag: entry.tag, kind: 'refresh', key: entry.key || 'x', except: [] });
const everyone = (entry: NewEntry): NewEntry => ({ tag: entry.tag, kind: 'everyone', key: '', except: [] });
const swallowing =
  <Answer, Args extends readonly unknown[]>(step: (...args: Args) => Promise<Answer>, answer: Answer) =>
  (...args: Args) =>
    step(...args).catch(() => answer);

const LOG: readonly Mutant[] = [
  mutant('founds whenever asked', /^found\(\) starts the first log/, ({ log }) => ({
    log: { found: async (seen, signal) => (await log.found(seen, signal)) || true },
  })),
  mutant('founds in place of any log', /^found\(\) starts another/, ({ log }) => ({
    log: {
      async found(_seen, signal) {
        const { header } = await log.poll({ member: null, after: null }, signal);
        return log.found(header?.epoch ?? null, signal);
      },
    },
  })),
  mutant('takes entries without a log', /append\(\) refuses while/, ({ log }) => ({
    log: {
      append: swallowing((...entry) => log.append(...entry), { position: 1, genesis: 'g', epoch: 'e', members: [] }),
    },
  })),
  mutant('forgets whom a revocation spares', /entries as they are/, ({ log }) => ({
    log: { append: (entry, signal) => log.append({ ...entry, except: [] }, signal) },
  })),
  mutant('does not say which log it is', /names the log/, ({ log }) => ({
    log: { append: async (...entry) => ({ ...(await log.append(...entry)), genesis: 'g' }) },
  })),
  mutant('appends each time it is tried', /one tag|tag of an entry that/, ({ log }) => ({
    log: { append: (entry, signal) => log.append({ ...entry, tag: `again ${++tags}` }, signal) },
  })),
  mutant('counts from one', /each position to one history/, ({ log }) => ({
    log: {
      async append(...entry) {
        const answer = await log.append(...entry);
        return { ...answer, position: Math.floor(answer.position / 2 ** 20) };
      },
    },
  })),
  mutant('normalises keys', /give keys back/, ({ log }) => ({
    log: { append: (entry, signal) => log.append({ ...entry, key: entry.key.normalize('NFC') }, signal) },
  })),
  mutant('takes whatever comes', /^append\(\) refuses (?:an|a key|NUL|half)/, ({ log }) => ({
    log: {
      append: (entry, signal) =>
        log.append(entry, signal).catch(() => log.append(refresh({ ...entry, tag: 't', key: 'k' }), signal)),
    },
  })),
];

const POLLS: readonly Mutant[] = [
  mutant('leaves the first entry out', /what came after the position/, ({ log }) => ({
    log: {
      async poll(...request) {
        const answer = await log.poll(...request);
        return { ...answer, entries: answer.entries.slice(1) };
      },
    },
  })),
  mutant('holds every position', /position that is not in the log/, ({ log }) => ({
    log: { poll: async (...request) => ({ ...(await log.poll(...request)), holdsOwnPosition: true }) },
  })),
  mutant('never says that its answer replaces', /asker of another log|older than the base/, ({ log }) => ({
    log: { poll: async (...request) => ({ ...(await log.poll(...request)), reload: false }) },
  })),
  mutant('begins at the position always', /goes on after the last entry/, ({ log }) => ({
    log: {
      poll: ({ member, after }, signal) =>
        log.poll({ member, after: after && { ...after, latest: after.position } }, signal),
    },
  })),
  mutant('always says unchanged', /^unchanged/, () => ({ log: { unchanged: () => true } })),
  mutant('has a version that nothing compares', /^unchanged/, ({ log }) => ({
    log: { poll: async (...request) => ({ ...(await log.poll(...request)), version: '7' }) },
  })),
  {
    what: 'expires nothing',
    breaks: /base over entries|older than the base|drops refreshes|clears a backlog/,
    open: ({ keep }) => memory().open({ keep, now: () => 0 }),
  },
  mutant('takes everyone for anyone', /`everyone` lets all|^append\(\) of `everyone`/, ({ log }) => ({
    log: { append: (entry, signal) => log.append(entry.kind === 'everyone' ? refresh(entry) : entry, signal) },
  })),
  {
    what: 'expires by the distance to now',
    breaks: /clock is set back/,
    open({ keep, now }) {
      const store = memory().open({ keep, now });
      const near = ({ at }: LogEntry) => Math.abs(at - now()) <= keep;
      return but(store, {
        log: {
          async poll(...request) {
            const answer = await store.log.poll(...request);
            return { ...answer, entries: answer.entries.filter(near) };
          },
        },
      });
    },
  },
];

const changed = (found: FoundRow | null, changes: Partial<FoundRow>): FoundRow | null =>
  found && { ...found, ...changes };

const REGISTRY: readonly Mutant[] = [
  mutant('finds by root and hash only', /^find\(\) finds a row by root|by all its ids/, ({ registry }) => ({
    registry: { find: async (name) => (name.includes('.') ? null : registry.find(name)) },
  })),
  mutant('forgets that it is remembered', /remembered$/, ({ registry }) => ({
    registry: {
      async find(name) {
        const found = await registry.find(name);
        return found && changed(found, { row: Object.freeze({ ...found.row, remembered: false }) });
      },
    },
  })),
  mutant('gives no proof', /gives back the proof/, ({ registry }) => ({
    registry: { find: async (name) => changed(await registry.find(name), { proof: null }) },
  })),
  mutant('falls back to a row that it knows', /finds nothing by/, ({ registry }) => ({
    registry: { find: async (name) => (await registry.find(name)) ?? registry.find('r1') },
  })),
  mutant('gives out what it keeps', /nobody can change/, ({ registry }) => ({
    registry: {
      async find(name) {
        const found = await registry.find(name);
        return found && changed(found, { row: { ...found.row } });
      },
    },
  })),
  mutant('writes over a root that is there', /root that is there already/, ({ registry }) => ({
    registry: {
      async add(row, name) {
        await registry.remove(row.root);
        await registry.add(row, name);
      },
    },
  })),
  mutant('fills in what is empty', /^add\(\) refuses an empty/, ({ registry }) => ({
    registry: {
      add(row, name) {
        const filled = Object.entries(row).map(([field, value]) => [field, value === '' ? '-' : value]);
        return registry.add(Object.fromEntries(filled) as RegistryRow, name);
      },
    },
  })),
  mutant('keeps quiet about an empty name', /^rename\(\) refuses/, ({ registry }) => ({
    registry: { rename: swallowing((...renamed) => registry.rename(...renamed), undefined) },
  })),
  mutant('adds what it should change', /leave unknown roots alone/, ({ registry }) => ({
    registry: {
      async rename(root, renamed, name) {
        if ((await registry.find(root)) !== null) return registry.rename(root, renamed, name);
        const times = { createdAt: 1, expiresAt: 9_000, lastSeenAt: 1, remembered: false };
        await registry.add({ root, subject: 'u1', userAgent: '', address: '', ...times, ...renamed }, name);
      },
    },
  })),
  mutant('writes the row with its last-seen', /^seen\(\) writes last-seen alone/, ({ registry }) => ({
    registry: {
      async seen(marks) {
        for (const [root, lastSeenAt] of marks) {
          const found = await registry.find(root);
          await registry.remove(root);
          if (found) await registry.add({ ...found.row, lastSeenAt }, { hash: `h ${root}`, proof: 'p' });
        }
      },
    },
  })),
  mutant('writes a thousand', /thousands of times/, ({ registry }) => ({
    registry: { seen: (marks) => registry.seen(new Map([...marks].slice(0, 1_000))) },
  })),
  mutant('compares subjects as a database with padding does', /^list\(\) lists a subject's/, ({ registry }) => ({
    registry: { list: (subject) => registry.list(subject.trim()) },
  })),
  mutant('turns pages by the time of creation', /^list\(\) lists each session once/, ({ registry }) => ({
    registry: {
      async *list(subject) {
        let last = 0;
        for await (const row of registry.list(subject)) {
          if (row.createdAt !== last) yield row;
          last = row.createdAt;
        }
      },
    },
  })),
  mutant('removes nothing', /^remove\(\) forgets/, () => ({ registry: { remove: async () => {} } })),
  mutant('prunes what expires now', /^prune\(\)/, ({ registry }) => ({
    registry: { prune: (time) => registry.prune(time + 1) },
  })),
  mutant('clears nothing', /^clear\(\)/, () => ({ registry: { clear: async () => {} } })),
];

const idOf = (owner: StoredOwner) => (owner.kind === 'session' ? owner.claims.id : owner.claims.root);

const STORED: readonly Mutant[] = [
  mutant('writes without a log', /^set\(\) says/, ({ stored }) => ({
    stored: { set: swallowing((...entry) => stored.set(...entry), 'written' as const) },
  })),
  mutant('folds the case of keys', /gives back a value with its MAC/, ({ stored }) => ({
    stored: {
      get: (owner, key, signal) => stored.get(owner, key.toLowerCase(), signal),
      set: (owner, entry, signal) => stored.set(owner, { ...entry, key: entry.key.toLowerCase() }, signal),
    },
  })),
  mutant('takes and leaves', /as any other|never mix up/, ({ stored }) => ({
    stored: { take: (...key) => stored.get(...key) },
  })),
  mutant('writes a session as a whole', /one key a time/, () => {
    let record: Readonly<Record<string, StoredValue>> = {};
    return {
      stored: {
        get: async (_owner, key) => ({ live: true, value: record[key] ?? null }),
        async set(_owner, { key, text, mac }) {
          const read = record;
          await null;
          record = { ...read, [key]: { text, mac } };
          return 'written';
        },
      },
    };
  }),
  mutant('keeps the first MAC', /replaces a value as a whole/, ({ stored }) => ({
    stored: {
      async set(owner, entry, signal) {
        const { value } = await stored.get(owner, entry.key, signal);
        return stored.set(owner, { ...entry, mac: value?.mac ?? entry.mac }, signal);
      },
    },
  })),
  mutant('reads, then deletes', /one of a hundred/, ({ stored }) => ({
    stored: {
      async take(...key) {
        const answer = await stored.get(...key);
        await stored.delete(...key);
        return answer;
      },
    },
  })),
  mutant('keeps quiet about what is empty', /^of .* set\(\) refuses an empty/, ({ stored }) => ({
    stored: { set: swallowing((...entry) => stored.set(...entry), 'written' as const) },
  })),
  mutant('answers whether there was a value', /^of .* delete\(\)/, ({ stored }) => ({
    stored: {
      async delete(owner, key, signal) {
        const { value } = await stored.get(owner, key, signal);
        return (await stored.delete(owner, key, signal)) && value !== null;
      },
    },
  })),
  mutant('is never full', /not a byte more|counts bytes|keys and no more/, ({ stored }) => ({
    stored: {
      async set(...entry) {
        const answer = await stored.set(...entry);
        return answer === 'full' ? 'written' : answer;
      },
    },
  })),
  mutant('hears of no revocation', /after a revocation of \S+(?: \S+)? nothing|ended by everyone alone/, ({ log }) => ({
    log: { append: (entry, signal) => log.append(refresh(entry), signal) },
  })),
  mutant('revokes too much', /all is as before|born at a revocation or later/, ({ log }) => ({
    log: { append: (entry, signal) => log.append(everyone(entry), signal) },
  })),
  mutant('reads of whoever asks', /is not listed|the other kind/, ({ stored }) => ({
    stored: { get: async (...key) => ({ ...(await stored.get(...key)), live: true }) },
  })),
  mutant('writes for whoever asks', /^nothing is written of/, ({ stored }) => ({
    stored: {
      async set(...entry) {
        const answer = await stored.set(...entry);
        return answer === 'over' ? 'written' : answer;
      },
    },
  })),
  mutant('moves instead of copying', /^copy\(\) writes all/, ({ stored }) => ({
    stored: {
      async copy(from, to, entries, signal) {
        const copied = await stored.copy(from, to, entries, signal);
        for (const { key } of entries) await stored.delete(from, key, signal);
        return copied;
      },
    },
  })),
  mutant('copies one after the other', /^copy\(\) writes nothing/, ({ stored }) => ({
    stored: {
      async copy(from, to, entries, signal) {
        for (const entry of entries) await stored.copy(from, to, [entry], signal);
        return true;
      },
    },
  })),
  mutant('keeps values for the next of that root', /^values go with/, ({ stored }) => {
    const kept = new Map<string, StoredValue>();
    return {
      stored: {
        set(owner, entry, signal) {
          kept.set(owner.claims.root, entry);
          return stored.set(owner, entry, signal);
        },
        async get(owner, key, signal) {
          const { live, value } = await stored.get(owner, key, signal);
          return { live, value: value ?? (live ? (kept.get(owner.claims.root) ?? null) : null) };
        },
      },
    };
  }),
  mutant('hangs values on the id', /^values stay/, ({ stored }) => ({
    stored: {
      get: (owner, key, signal) => stored.get(owner, `${idOf(owner)} ${key}`, signal),
      set: (owner, entry, signal) => stored.set(owner, { ...entry, key: `${idOf(owner)} ${entry.key}` }, signal),
    },
  })),
];

const ANONYMOUS: readonly Mutant[] = [
  mutant('keeps all', /longest unused first/, ({ anonymous }) => ({
    anonymous: { add: (root, usedAt, _most, signal) => anonymous.add(root, usedAt, 1_000, signal) },
  })),
  mutant('drops the newest', /in the order they came/, ({ anonymous }) => {
    const roots: string[] = [];
    return {
      anonymous: {
        async add(root, usedAt, most, signal) {
          if (roots.length >= most) await anonymous.remove(roots.pop() as string, signal);
          roots.push(root);
          await anonymous.add(root, usedAt, most, signal);
        },
      },
    };
  }),
  mutant('adds whoever is marked', /only those that are there/, ({ anonymous }) => ({
    anonymous: {
      async seen(marks) {
        for (const [root, time] of marks) await anonymous.add(root, time, 1_000, new AbortController().signal);
      },
    },
  })),
  mutant('does not count writing as use', /used by writing/, ({ stored }) => ({
    stored: { set: (owner, entry, signal) => stored.set({ ...owner, now: 4_500 }, entry, signal) },
  })),
  mutant('prunes nothing', /by the hundred/, () => ({ anonymous: { prune: async () => {} } })),
];

export const MUTANTS: readonly Mutant[] = [...LOG, ...POLLS, ...REGISTRY, ...STORED, ...ANONYMOUS];
