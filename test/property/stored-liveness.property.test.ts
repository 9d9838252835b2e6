/**
 * R7: which sessions a store lets read and write is exactly what revocation/covers.ts says of its entries, on every
 * store, for any log.
 */
import fc from 'fast-check';
import { type Claims, covers } from '../../lib/revocation/covers.js';
import type { LogEntry, NewEntry } from '../../lib/revocation/log.js';
import { memory } from '../../lib/stores/memory.js';
import { sqlite } from '../../lib/stores/sqlite/index.js';
import type { OpenStore } from '../../lib/stores/store.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const path = temporaryFolder();
const signal = new AbortController().signal;

/** Few of each, so that they meet; a root that is a subject's name and one that breaks quotes. */
const ROOTS = ['r1', 'r2', "o'r3", 'u1'];
const SUBJECTS = ['u1', 'u2', 'r1', '["u1"]'];
const IDS = ['r1', 'r1.a', 'r2.b'];

const entry: fc.Arbitrary<Omit<NewEntry, 'tag'>> = fc.oneof(
  fc.record({ kind: fc.constant('root' as const), key: fc.constantFrom(...ROOTS), except: fc.constant([]) }),
  fc.record({ kind: fc.constant('id' as const), key: fc.constantFrom(...IDS), except: fc.constant([]) }),
  fc.record({
    kind: fc.constantFrom('subject' as const, 'refresh' as const),
    key: fc.constantFrom(...SUBJECTS),
    except: fc.subarray(ROOTS),
  }),
  fc.record({ kind: fc.constant('everyone' as const), key: fc.constant(''), except: fc.constant([]) }),
);

/** What R7 says, by a walk through the entries. */
function isValid(claims: Claims, entries: readonly LogEntry[], base: number): boolean {
  const born = entries.some(({ kind, position }) => kind !== 'refresh' && position === claims.birth);
  if (claims.birth !== base && !(born && claims.birth > base)) return false;
  return !entries.some((each) => each.position > claims.birth && covers(each, claims));
}

async function everything({ log }: OpenStore) {
  const { entries, header } = await log.poll({ member: null, after: null }, signal);
  if (header === null) throw new Error('no header');
  return { entries, header };
}

async function check(store: OpenStore, added: readonly Omit<NewEntry, 'tag'>[]): Promise<void> {
  await store.log.found(null, signal);
  const positions = [0];
  for (const [index, each] of added.entries()) {
    positions.push((await store.log.append({ ...each, tag: `tag ${index}` }, signal)).position);
  }
  const { entries, header } = await everything(store);
  for (const [index, root] of ROOTS.entries()) {
    await store.anonymous.add(root, 1, 100, signal);
    const times = { createdAt: 1, expiresAt: 9, lastSeenAt: 1 };
    const listed = {
      root,
      id: root,
      subject: 'anyone',
      ...times,
      userAgent: '',
      address: '',
      remembered: false,
      mac: 'm',
    };
    await store.registry.add(listed, { hash: `h${index}`, proof: 'p' });
  }
  for (const birth of new Set(positions)) {
    for (const root of ROOTS) {
      const nobody = { genesis: header.genesis, birth, root };
      const owner = { kind: 'anonymous' as const, claims: nobody, now: 1, idle: 5 };
      const asked = await store.stored.get(owner, 'k', signal);
      // Nothing ever names an anonymous session's root; here entries do, to show that a root is a root.
      expect(asked.live).toBe(isValid({ ...nobody, id: root, subject: '' }, entries, header.base));
      for (const subject of SUBJECTS) {
        const claims = { ...nobody, id: root === 'r1' ? 'r1.a' : root, subject };
        const answer = await store.stored.get({ kind: 'session', claims, now: 1 }, 'k', signal);
        expect([claims, answer.live]).toEqual([claims, isValid(claims, entries, header.base)]);
      }
    }
  }
}

it.each(['memory', 'sqlite'])('%s', async (kind) => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (added) => {
      const from = kind === 'memory' ? memory() : sqlite(path(`s${runs++}.db`));
      const store = from.open({ keep: 1e9 });
      await check(store, added).finally(() => store.close());
    }),
    { numRuns: kind === 'memory' ? 200 : 40 },
  );
});
