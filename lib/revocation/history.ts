/**
 * What a process knows of one log: enough to say of any session whether an entry after its birth covers it, and no
 * more. Exact: test/property/history.property.test.ts compares it with a walk through the list of entries.
 */
import { StoreUnavailableError } from '../errors.js';
import type { Claims } from './covers.js';
import type { LogEntry, Position } from './log.js';
import { Positions } from './positions.js';
import { RecentEntries } from './recent-entries.js';

export type Verdict = 'valid' | 'revoked' | 'unknown';

interface SubjectEntry {
  readonly position: Position;
  readonly except: ReadonlySet<string>;
}

export class History {
  readonly genesis: string;
  #base: Position;
  #own: Position;
  #everyone: Position = 0;
  readonly #positions = new Positions();
  /** The last position at which each was revoked. Oldest first, so that what expired is in front. */
  readonly #roots = new Map<string, Position>();
  readonly #ids = new Map<string, Position>();
  readonly #subjects = new Map<string, readonly SubjectEntry[]>();
  readonly #recent: RecentEntries;

  constructor(genesis: string, base: Position) {
    this.genesis = genesis;
    this.#base = base;
    this.#own = base;
    this.#recent = new RecentEntries(base);
  }

  /** The last entry that is not a refresh, or the base: what a session is born at. */
  get own(): Position {
    return this.#own;
  }

  /** The last entry of any kind. */
  get latest(): Position {
    return Math.max(this.#own, this.#recent.latest);
  }

  /** 'unknown' if this log can't tell: a session of another log, or born later than what is held. */
  verdict({ genesis, birth, root, id, subject }: Claims): Verdict {
    if (genesis !== this.genesis || birth > this.#own) return 'unknown';
    if (birth !== this.#base && !this.#positions.has(birth)) return 'revoked';
    const covered =
      this.#everyone > birth ||
      (this.#roots.get(root) ?? 0) > birth ||
      (this.#ids.get(id) ?? 0) > birth ||
      (this.#subjects.get(subject)?.some(({ position, except }) => position > birth && !except.has(root)) ?? false);
    return covered ? 'revoked' : 'valid';
  }

  /** Whether an entry that was once in this log has been applied here. */
  holds(position: Position): boolean {
    return position <= this.#base || this.#positions.has(position) || this.#recent.has(position);
  }

  add(entry: LogEntry): void {
    this.#recent.add(entry);
    if (entry.kind === 'refresh') return;
    this.#positions.push(entry.position);
    this.#own = entry.position;
    if (entry.kind === 'everyone') this.#everyone = entry.position;
    if (entry.kind === 'root') putLast(this.#roots, entry.key, entry.position);
    if (entry.kind === 'id') putLast(this.#ids, entry.key, entry.position);
    if (entry.kind === 'subject') this.#addSubject(entry);
  }

  /** Drops what expired: all births up to the base are refused now, so what covered only them says nothing more. */
  rebase(base: Position): void {
    if (base <= this.#base) return;
    this.#base = base;
    this.#positions.dropThrough(base);
    dropWhile(this.#roots, (position) => position <= base);
    dropWhile(this.#ids, (position) => position <= base);
    dropWhile(this.#subjects, (entries) => entries.every(({ position }) => position <= base));
  }

  /**
   * All entries after a position, refreshes included.
   * @throws StoreUnavailableError for another log, or if so many came since that they are no longer kept one by one.
   */
  since(genesis: string, position: Position): readonly LogEntry[] {
    const entries = genesis === this.genesis ? this.#recent.since(position) : null;
    if (entries !== null) return entries;
    throw new StoreUnavailableError('What was revoked since then is not known any more. Try again.');
  }

  #addSubject({ key, position, except }: LogEntry): void {
    const added: SubjectEntry = { position, except: new Set(except) };
    const earlier = this.#subjects.get(key) ?? [];
    // An earlier entry that spared all whom this one spares covers nobody whom this one does not.
    const kept = earlier.filter((entry) => !except.every((root) => entry.except.has(root)));
    putLast(this.#subjects, key, [...kept, added]);
  }
}

function putLast<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
}

function dropWhile<T>(map: Map<string, T>, expired: (value: T) => boolean): void {
  for (const [key, value] of map) {
    if (!expired(value)) return;
    map.delete(key);
  }
}
