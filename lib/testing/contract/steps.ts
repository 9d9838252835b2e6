/** A store, and its steps in short: what the cases of the contract are written in. */
import type { LogEntry, LogHeader, NewEntry, PollAnswer, Position } from '../../revocation/log.js';
import type { FoundRow, RegistryRow } from '../../session/registry-port.js';
import type { AnonymousOwner, NamedOwner, StoredEntry, StoredOwner } from '../../session/stored-port.js';
import type { OpenStore } from '../../stores/store.js';
import { row } from './samples.js';

/** Wall time at which sessions are asked about, and how long an anonymous one may be unused. */
export const NOW = 5_000;
export const IDLE = 1_000;

export const SIGNAL: AbortSignal = new AbortController().signal;

interface Known {
  readonly genesis: string;
  readonly position: Position;
  readonly latest?: Position;
}

export class Steps {
  readonly store: OpenStore;
  /** The store's clock. */
  readonly clock: { now: number };
  #genesis = '';

  constructor(store: OpenStore, clock: { now: number }) {
    this.store = store;
    this.clock = clock;
  }

  /** Starts the log. */
  async found(seen: string | null = null): Promise<boolean> {
    const founded = await this.store.log.found(seen, SIGNAL);
    this.#genesis = (await this.everything()).header?.genesis ?? '';
    return founded;
  }

  poll(known: Known | null): Promise<PollAnswer> {
    const after = known && { latest: known.position, ...known };
    return this.store.log.poll({ member: null, after }, SIGNAL);
  }

  everything(): Promise<PollAnswer> {
    return this.poll(null);
  }

  async header(): Promise<LogHeader> {
    const { header } = await this.everything();
    if (header === null) throw new Error('the log has no header, though it was founded');
    return header;
  }

  append(entry: NewEntry) {
    return this.store.log.append(entry, SIGNAL);
  }

  /** Of the last entry that is no refresh, or the base. */
  async latest(): Promise<Position> {
    const { entries } = await this.everything();
    return entries.findLast(({ kind }) => kind !== 'refresh')?.position ?? (await this.header()).base;
  }

  add(added: RegistryRow, hash: string): Promise<void> {
    return this.store.registry.add(added, nameOf(hash));
  }

  rename(root: string, id: string, hash: string, mac: string): Promise<void> {
    return this.store.registry.rename(root, { id, mac }, nameOf(hash));
  }

  async find(name: string): Promise<RegistryRow | null> {
    return (await this.store.registry.find(name))?.row ?? null;
  }

  foundBy(name: string): Promise<FoundRow | null> {
    return this.store.registry.find(name);
  }

  async rootsOf(subject: string): Promise<string[]> {
    const roots: string[] = [];
    for await (const { root } of this.store.registry.list(subject)) roots.push(root);
    return roots;
  }

  owner(root: string, claims: Partial<NamedOwner['claims']> = {}): NamedOwner {
    const made = { root, id: root, subject: 'u1', genesis: this.#genesis, birth: 0, ...claims };
    return { kind: 'session', claims: made, now: NOW };
  }

  /** A session that is listed. */
  async session(root = 'r1', claims: Partial<NamedOwner['claims']> = {}): Promise<NamedOwner> {
    const owner = this.owner(root, claims);
    await this.add(row(root, { subject: owner.claims.subject }), `h ${root}`);
    return owner;
  }

  nobody(root: string): AnonymousOwner {
    return { kind: 'anonymous', claims: { root, genesis: this.#genesis, birth: 0 }, now: NOW, idle: IDLE };
  }

  /** An anonymous session that is there. */
  async anonymous(root = 'a1', usedAt = NOW): Promise<AnonymousOwner> {
    await this.store.anonymous.add(root, usedAt, 100, SIGNAL);
    return this.nobody(root);
  }

  /** Of the kind that the case is about. */
  begun(kind: StoredOwner['kind'], root = 's1'): Promise<StoredOwner> {
    return kind === 'session' ? this.session(root) : this.anonymous(root);
  }

  async get(owner: StoredOwner, key: string): Promise<string | undefined> {
    return (await this.store.stored.get(owner, key, SIGNAL)).value?.text;
  }

  set(owner: StoredOwner, entry: StoredEntry) {
    return this.store.stored.set(owner, entry, SIGNAL);
  }

  async take(owner: StoredOwner, key: string): Promise<string | undefined> {
    return (await this.store.stored.take(owner, key, SIGNAL)).value?.text;
  }

  remove(owner: StoredOwner, key: string): Promise<boolean> {
    return this.store.stored.delete(owner, key, SIGNAL);
  }

  copy(from: StoredOwner, to: StoredOwner, entries: readonly StoredEntry[]): Promise<boolean> {
    return this.store.stored.copy(from, to, entries, SIGNAL);
  }

  /** Which of these anonymous sessions live. */
  async alive(roots: readonly string[]): Promise<string[]> {
    const answers = await Promise.all(roots.map((root) => this.store.stored.get(this.nobody(root), 'x', SIGNAL)));
    return roots.filter((_root, index) => answers[index]?.live);
  }
}

export function keysOf(entries: readonly LogEntry[]): string[] {
  return entries.map(({ key }) => key);
}

/** The name of a row by its hash. */
export function nameOf(hash: string) {
  return { hash, proof: hash && `proof of ${hash}` };
}
