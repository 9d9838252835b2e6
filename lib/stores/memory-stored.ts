import { StoreUnavailableError } from '../errors.js';
import {
  LARGEST_SESSION,
  MOST_KEYS,
  type StoredAnswer,
  type StoredEntry,
  type StoredOwner,
  type StoredStore,
  type StoredValue,
} from '../session/stored-port.js';
import type { MemoryAnonymous } from './memory-anonymous.js';
import type { MemoryLog } from './memory-log.js';
import type { MemoryRegistry } from './memory-registry.js';

/** By key. */
export type Values = Map<string, StoredValue>;

const OVER: StoredAnswer = Object.freeze({ live: false, value: null });

/** Values of sessions in the memory of one process. No step awaits anything, so each is alone. */
export class MemoryStored implements StoredStore {
  readonly #log: MemoryLog;
  readonly #registry: MemoryRegistry;
  readonly #anonymous: MemoryAnonymous;
  /** By root. */
  readonly #values: Map<string, Values>;

  /** @param values whoever removes a session removes its values. */
  constructor(
    values: Map<string, Values>,
    { log, registry, anonymous }: { log: MemoryLog; registry: MemoryRegistry; anonymous: MemoryAnonymous },
  ) {
    this.#values = values;
    this.#log = log;
    this.#registry = registry;
    this.#anonymous = anonymous;
  }

  async get(owner: StoredOwner, key: string): Promise<StoredAnswer> {
    if (!this.#isLive(owner)) return OVER;
    return { live: true, value: this.#of(owner).get(key) ?? null };
  }

  async set(owner: StoredOwner, { key, text, mac }: StoredEntry): Promise<'written' | 'over' | 'full'> {
    if (!this.#isLive(owner)) return 'over';
    refuseEmpty(key, text, mac);
    const values = this.#of(owner);
    if (!hasRoom(values, key, text)) return 'full';
    values.set(key, Object.freeze({ text, mac }));
    this.#values.set(owner.claims.root, values);
    if (owner.kind === 'anonymous') this.#anonymous.touch(owner.claims.root, owner.now);
    return 'written';
  }

  async take(owner: StoredOwner, key: string): Promise<StoredAnswer> {
    if (!this.#isLive(owner)) return OVER;
    const value = this.#of(owner).get(key) ?? null;
    this.#delete(owner, key);
    return { live: true, value };
  }

  async delete(owner: StoredOwner, key: string): Promise<boolean> {
    if (!this.#isLive(owner)) return false;
    this.#delete(owner, key);
    return true;
  }

  async copy(from: StoredOwner, to: StoredOwner, entries: readonly StoredEntry[]): Promise<boolean> {
    if (!this.#isLive(from) || !this.#isLive(to)) return false;
    for (const { key, text, mac } of entries) refuseEmpty(key, text, mac);
    const values = this.#of(to);
    for (const { key, text, mac } of entries) values.set(key, Object.freeze({ text, mac }));
    this.#values.set(to.claims.root, values);
    return true;
  }

  #of({ claims }: StoredOwner): Values {
    return this.#values.get(claims.root) ?? new Map();
  }

  #delete({ claims }: StoredOwner, key: string): void {
    const values = this.#values.get(claims.root);
    if (values?.delete(key) && values.size === 0) this.#values.delete(claims.root);
  }

  #isLive(owner: StoredOwner): boolean {
    return this.#log.admits(namesOf(owner)) && this.#hasRow(owner);
  }

  #hasRow(owner: StoredOwner): boolean {
    const { root } = owner.claims;
    if (owner.kind === 'session') return (this.#registry.expiresAt(root) ?? 0) > owner.now;
    const usedAt = this.#anonymous.usedAt(root);
    return usedAt !== null && Math.abs(owner.now - usedAt) < owner.idle;
  }
}

/** As the schema of the SQL stores does. */
function refuseEmpty(...texts: readonly string[]): void {
  if (texts.includes('')) throw new StoreUnavailableError('The store takes no empty key, value or MAC.');
}

/** No entry has an empty subject, and none names the root of an anonymous session. */
function namesOf(owner: StoredOwner) {
  return owner.kind === 'session' ? owner.claims : { ...owner.claims, id: owner.claims.root, subject: '' };
}

function hasRoom(values: Values, key: string, text: string): boolean {
  let bytes = Buffer.byteLength(text);
  let keys = 1;
  for (const [other, value] of values) {
    if (other === key) continue;
    bytes += Buffer.byteLength(value.text);
    keys++;
  }
  return bytes <= LARGEST_SESSION && keys <= MOST_KEYS;
}
