/** R7: what a process keeps of the log says the same as a walk through the list of entries. */
import fc from 'fast-check';
import { type Claims, covers } from '../../lib/revocation/covers.js';
import { History, type Verdict } from '../../lib/revocation/history.js';
import type { EntryKind, LogEntry, Position } from '../../lib/revocation/log.js';
import { nextPosition } from '../../lib/revocation/next-position.js';
import { MemoryLog } from '../../lib/stores/memory-log.js';

const ROOTS = ['r1', 'r2', 'r3'];
const SUBJECTS = ['u1', 'u2'];
const KINDS: readonly EntryKind[] = ['root', 'id', 'subject', 'everyone', 'refresh'];

interface Added {
  readonly kind: EntryKind;
  readonly key: string;
  readonly except: string[];
}

const added: fc.Arbitrary<Added> = fc.constantFrom(...KINDS).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    key: kind === 'everyone' ? fc.constant('') : fc.constantFrom(...ROOTS, ...SUBJECTS, 'r1.a', '__proto__'),
    except: kind === 'subject' ? fc.uniqueArray(fc.constantFrom(...ROOTS)) : fc.constant([]),
  }),
);

/** The rule itself: valid if the birth is in the log and nothing after it covers the session. */
function walk(genesis: string, base: Position, entries: readonly LogEntry[], claims: Claims): Verdict {
  const births = [base, ...entries.filter(({ kind }) => kind !== 'refresh').map(({ position }) => position)];
  if (claims.genesis !== genesis || claims.birth > Math.max(...births)) return 'unknown';
  if (!births.includes(claims.birth)) return 'revoked';
  const later = entries.filter(({ position }) => position > claims.birth);
  return later.some((entry) => covers(entry, claims)) ? 'revoked' : 'valid';
}

function claimsAt(births: readonly Position[]): Claims[] {
  return births.flatMap((birth) =>
    ROOTS.flatMap((root) =>
      [root, `${root}.a`].flatMap((id) => SUBJECTS.map((subject) => ({ genesis: 'g', birth, root, id, subject }))),
    ),
  );
}

/** Every position there ever was, and places beside them. */
function birthsAround(positions: readonly Position[]): Position[] {
  return [0, ...positions.flatMap((position) => [position - 1, position, position + 1])];
}

/** A log as a list, and the history of a process that follows it. */
class Followed {
  history = new History('g', 0);
  base: Position = 0;
  readonly positions: Position[] = [];
  #entries: LogEntry[] = [];

  append(each: Added): void {
    const position = nextPosition(this.positions.at(-1) ?? 0);
    const entry = { ...each, tag: `t${position}`, position, at: 0 };
    this.positions.push(position);
    this.#entries.push(entry);
    this.history.add(entry);
  }

  expire(count: number): void {
    const dropped = this.#entries.splice(0, count).filter(({ kind }) => kind !== 'refresh');
    this.base = dropped.at(-1)?.position ?? this.base;
    this.history.rebase(this.base);
  }

  reload(): void {
    this.history = new History('g', this.base);
    for (const entry of this.#entries) this.history.add(entry);
  }

  compare(): void {
    for (const claims of claimsAt(birthsAround(this.positions))) {
      expect(this.history.verdict(claims)).toBe(walk('g', this.base, this.#entries, claims));
    }
    const foreign = { genesis: 'h', birth: this.base, root: 'r1', id: 'r1', subject: 'u1' };
    expect(this.history.verdict(foreign)).toBe('unknown');
  }
}

describe('History', () => {
  it('says of every session born anywhere what a walk through the entries says, as entries come and expire', () => {
    const expiry = fc.record({ expire: fc.nat({ max: 3 }) });
    const step = fc.oneof({ weight: 4, arbitrary: added }, { weight: 1, arbitrary: expiry });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.nat(25), (steps, reloadAt) => {
        const log = new Followed();
        for (const [index, each] of steps.entries()) {
          if ('expire' in each) log.expire(each.expire);
          else log.append(each);
          if (index === reloadAt) log.reload();
          log.compare();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('agrees with a store that lets entries expire, for every session that can still be alive', async () => {
    const keep = 10_000_000;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(added, fc.nat({ max: keep })), { minLength: 1, maxLength: 20 }),
        async (steps) => {
          let now = 0;
          const log = new MemoryLog(keep, () => now);
          await log.found(null);
          const all: LogEntry[] = [];
          for (const [index, [each, pause]] of steps.entries()) {
            now += pause;
            // Born at the last revocation before this moment, and at most as old as entries are kept.
            const { position } = await log.append({ ...each, tag: `t${index}` });
            all.push({ ...each, tag: `t${index}`, position, at: now });
          }
          const { header, entries } = await log.poll({ member: null, after: null });
          if (header === null) throw new Error('no header');
          const history = new History('g', header.base);
          for (const entry of entries) history.add(entry);
          const bornLately = all.filter((entry, index) => {
            const until = all.slice(index + 1).find(({ kind }) => kind !== 'refresh')?.at ?? now;
            return entry.kind !== 'refresh' && until >= now - keep;
          });
          for (const claims of claimsAt(bornLately.map(({ position }) => position))) {
            expect(history.verdict(claims)).toBe(walk('g', 0, all, claims));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
