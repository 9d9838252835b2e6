import { randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../../lib/errors.js';
import type {
  AppendAnswer,
  LogEntry,
  LogHeader,
  NewEntry,
  PollAnswer,
  PollRequest,
  RevocationLog,
} from '../../lib/revocation/log.js';
import { nextPosition } from '../../lib/revocation/next-position.js';

/** What a test may put between a process and the store; each is awaited where it says. */
export interface Wire {
  beforePoll?(): Promise<void> | void;
  afterPoll?(): Promise<void> | void;
  beforeAppend?(): Promise<void> | void;
  afterAppend?(): Promise<void> | void;
}

/** A store that several processes share, that can forget, be replaced and fail; the plainest there can be. */
export class LogServer {
  life = 'life-1';
  header: LogHeader | null = null;
  entries: LogEntry[] = [];
  page = Number.POSITIVE_INFINITY;
  readonly lease: number;
  readonly wait: number;
  polls = 0;
  appends = 0;

  constructor({ lease = 1_000 }: { lease?: number } = {}) {
    this.lease = lease;
    this.wait = 1.25 * lease;
  }

  /** One process's connection. */
  connect(wire: Wire = {}): RevocationLog {
    return {
      lease: this.lease,
      wait: this.wait,
      poll: async (request) => {
        await wire.beforePoll?.();
        const answer = this.#poll(request);
        await wire.afterPoll?.();
        return answer;
      },
      append: async (entry) => {
        await wire.beforeAppend?.();
        const answer = this.add(entry);
        await wire.afterAppend?.();
        return answer;
      },
      found: async (seen) => this.found(seen),
      close: async () => {},
    };
  }

  found(seen: string | null): boolean {
    if ((this.header?.epoch ?? null) !== seen) return false;
    const names = { genesis: randomUUID(), epoch: randomUUID(), life: this.life };
    this.header = { ...names, base: 0, keep: 1e9, maxLease: this.lease, doubt: null };
    this.entries = [];
    return true;
  }

  add(entry: NewEntry): AppendAnswer {
    this.appends++;
    const { header } = this;
    if (header === null || header.life !== this.life) throw new StoreUnavailableError('In doubt.');
    const there = this.entries.find(({ tag }) => tag === entry.tag);
    const position = there?.position ?? nextPosition(this.entries.at(-1)?.position ?? header.base);
    if (!there) this.entries.push({ ...entry, position, at: 0 });
    return { position, genesis: header.genesis, epoch: header.epoch, members: [] };
  }

  /** Forgets the last entries, as a restored backup or a lost tail does. */
  forget(count: number): void {
    this.entries = this.entries.slice(0, -count);
  }

  /** Drops the oldest entries and moves the base over them. */
  expire(count: number): void {
    const dropped = this.entries.splice(0, count).filter(({ kind }) => kind !== 'refresh');
    if (this.header) this.header = { ...this.header, base: dropped.at(-1)?.position ?? this.header.base };
  }

  #poll({ after }: PollRequest): PollAnswer {
    this.polls++;
    const { header, life, entries } = this;
    const answer = { life, header, own: null, members: [], version: '' };
    if (header === null) return { ...answer, holdsOwnPosition: false, reload: false, entries: [], more: false };
    const has = (position: number) => entries.some((entry) => entry.position === position);
    const reload = after === null || after.genesis !== header.genesis || after.position < header.base;
    const from = reload ? header.base : has(after.latest) ? after.latest : after.position;
    const later = entries.filter(({ position }) => position > from);
    const holdsOwnPosition = !reload && (after.position === header.base || has(after.position));
    const page = later.slice(0, this.page);
    return { ...answer, holdsOwnPosition, reload, entries: page, more: page.length < later.length };
  }
}
