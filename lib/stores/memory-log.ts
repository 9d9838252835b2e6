/** The revocation log in the memory of one process: every read is of the log itself, so nothing is ever stale. */
import { randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../errors.js';
import { type Claims, covers } from '../revocation/covers.js';
import type {
  AppendAnswer,
  Held,
  LogEntry,
  LogHeader,
  NewEntry,
  PollAnswer,
  PollRequest,
  Position,
  RevocationLog,
} from '../revocation/log.js';
import { nextPosition } from '../revocation/next-position.js';
import { assertWellFormed } from '../revocation/well-formed.js';
import { AFTERLIFE, EXPIRED_PER_STEP } from './expiry.js';

export class MemoryLog implements RevocationLog {
  readonly lease = Number.POSITIVE_INFINITY;
  readonly wait = 0;
  readonly #life = randomUUID();
  readonly #keep: number;
  readonly #now: () => number;
  #header: LogHeader | null = null;
  /** In order; those up to the base are kept for their tags alone. */
  #entries: LogEntry[] = [];
  readonly #byTag = new Map<string, LogEntry>();

  constructor(keep: number, now: () => number) {
    this.#keep = keep;
    this.#now = now;
  }

  async poll({ after }: PollRequest): Promise<PollAnswer> {
    const header = this.#header;
    const answer = { life: this.#life, header, own: null, members: [], more: false, version: '' };
    if (header === null) return { ...answer, holdsOwnPosition: false, reload: false, entries: [] };
    if (after === null || after.genesis !== header.genesis || after.position < header.base) {
      return { ...answer, holdsOwnPosition: false, reload: true, entries: this.#after(header.base) };
    }
    const holdsOwnPosition = after.position === header.base || this.#holds(after.position);
    return { ...answer, holdsOwnPosition, reload: false, entries: this.#after(this.#cursor(after)) };
  }

  async append(entry: NewEntry): Promise<AppendAnswer> {
    assertWellFormed(entry);
    const header = this.#header;
    if (header === null) throw new StoreUnavailableError('The revocation log has not been started yet. Try again.');
    const there = this.#byTag.get(entry.tag);
    const { position } = there ?? this.#add(entry, header);
    return { position, genesis: header.genesis, epoch: header.epoch, members: [] };
  }

  /** R7, synchronously: whether a session of these claims is of this log and nothing after its birth covers it. */
  admits(claims: Claims): boolean {
    const header = this.#header;
    if (header === null) throw new StoreUnavailableError('The revocation log has not been started yet. Try again.');
    const { genesis, birth } = claims;
    if (genesis !== header.genesis || !(birth === header.base || (birth > header.base && this.#isBirth(birth)))) {
      return false;
    }
    return !this.#after(birth).some((entry) => covers(entry, claims));
  }

  async found(seen: string | null): Promise<boolean> {
    if ((this.#header?.epoch ?? null) !== seen) return false;
    const names = { genesis: randomUUID(), epoch: randomUUID(), life: this.#life };
    this.#header = { ...names, base: 0, keep: this.#keep, maxLease: this.lease, doubt: null };
    this.#entries = [];
    this.#byTag.clear();
    return true;
  }

  async close(): Promise<void> {
    this.#header = null;
    this.#entries = [];
    this.#byTag.clear();
  }

  #add(entry: NewEntry, header: LogHeader): LogEntry {
    const position = nextPosition(this.#entries.at(-1)?.position ?? header.base);
    const added = Object.freeze({ ...entry, except: Object.freeze([...entry.except]), position, at: this.#now() });
    this.#expire(entry.kind === 'everyone', header);
    this.#entries.push(added);
    this.#byTag.set(added.tag, added);
    return added;
  }

  #expire(all: boolean, header: LogHeader): void {
    const base = all ? (this.#entries.findLast(isRevocation)?.position ?? header.base) : this.#expiredThrough(header);
    this.#header = { ...header, base: Math.max(base, header.base) };
    const oldest = this.#entries.slice(0, EXPIRED_PER_STEP);
    const gone = oldest.filter(
      (entry) => entry.at < this.#now() - AFTERLIFE && (entry.position <= base || !isRevocation(entry)),
    );
    if (gone.length === 0) return;
    for (const { tag } of gone) this.#byTag.delete(tag);
    this.#entries = this.#entries.filter(({ tag }) => this.#byTag.has(tag));
  }

  /** The last of the oldest entries that no session can be older than any more. */
  #expiredThrough({ base, keep }: LogHeader): Position {
    let through = base;
    const first = this.#firstAfter(base);
    for (const entry of this.#entries.slice(first, first + EXPIRED_PER_STEP)) {
      if (entry.at >= this.#now() - keep) break;
      if (isRevocation(entry)) through = entry.position;
    }
    return through;
  }

  #cursor({ position, latest }: Held): Position {
    return this.#holds(latest) ? latest : position;
  }

  #holds(position: Position): boolean {
    return this.#entries[this.#firstAfter(position) - 1]?.position === position;
  }

  #isBirth(position: Position): boolean {
    const entry = this.#entries[this.#firstAfter(position) - 1];
    return entry?.position === position && isRevocation(entry);
  }

  #after(position: Position): LogEntry[] {
    return this.#entries.slice(this.#firstAfter(position));
  }

  /** The index of the first later entry, by halving. */
  #firstAfter(position: Position): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.position ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isRevocation({ kind }: LogEntry): boolean {
  return kind !== 'refresh';
}
