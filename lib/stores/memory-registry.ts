import { StoreUnavailableError } from '../errors.js';
import type { FoundRow, HashName, RegistryRow, RegistryStore } from '../session/registry-port.js';

/** The list of sessions in the memory of one process. */
export class MemoryRegistry implements RegistryStore {
  readonly #rows = new Map<string, RegistryRow>();
  /** By ids, present and earlier, and by their hashes, which have a proof. */
  readonly #roots = new Map<string, { readonly root: string; readonly proof: string | null }>();
  readonly #names = new Map<string, Set<string>>();
  readonly #subjects = new Map<string, Set<string>>();

  readonly #gone: (root: string) => void;

  /** @param gone is told of every session that is removed. */
  constructor(gone: (root: string) => void = () => {}) {
    this.#gone = gone;
  }

  async add(row: RegistryRow, name: HashName): Promise<void> {
    refuseEmpty(row.root, row.id, row.subject, row.mac, name.hash, name.proof);
    if (this.#rows.has(row.root)) throw new StoreUnavailableError('A session of this root is listed already.');
    this.#rows.set(row.root, Object.freeze({ ...row }));
    group(this.#subjects, row.subject).add(row.root);
    this.#name(row.root, row.root, null);
    this.#name(row.root, row.id, null);
    this.#name(row.root, name.hash, name.proof);
  }

  async rename(root: string, { id, mac }: Pick<RegistryRow, 'id' | 'mac'>, name: HashName): Promise<void> {
    refuseEmpty(id, mac, name.hash, name.proof);
    const row = this.#rows.get(root);
    if (row === undefined) return;
    this.#rows.set(root, Object.freeze({ ...row, id, mac }));
    this.#name(root, id, null);
    this.#name(root, name.hash, name.proof);
  }

  async seen(marks: ReadonlyMap<string, number>): Promise<void> {
    for (const [root, time] of marks) {
      const row = this.#rows.get(root);
      if (row && row.lastSeenAt < time) this.#rows.set(root, Object.freeze({ ...row, lastSeenAt: time }));
    }
  }

  async find(rootIdOrHash: string): Promise<FoundRow | null> {
    const { root = '', proof = null } = this.#roots.get(rootIdOrHash) ?? {};
    const row = this.#rows.get(root);
    return row === undefined ? null : { row, proof };
  }

  /** Newest first. */
  async *list(subject: string): AsyncIterable<RegistryRow> {
    const rows = [...(this.#subjects.get(subject) ?? [])].map((root) => this.#rows.get(root));
    yield* rows.filter((row) => row !== undefined).sort((one, other) => other.createdAt - one.createdAt);
  }

  async remove(root: string): Promise<void> {
    const row = this.#rows.get(root);
    if (row === undefined) return;
    this.#rows.delete(root);
    for (const name of this.#names.get(root) ?? []) this.#roots.delete(name);
    this.#names.delete(root);
    const siblings = group(this.#subjects, row.subject);
    siblings.delete(root);
    if (siblings.size === 0) this.#subjects.delete(row.subject);
    this.#gone(root);
  }

  async prune(time: number): Promise<void> {
    for (const { root, expiresAt } of this.#rows.values()) if (expiresAt < time) await this.remove(root);
  }

  async clear(time: number): Promise<void> {
    for (const { root, createdAt } of this.#rows.values()) if (createdAt < time) await this.remove(root);
  }

  async close(): Promise<void> {
    for (const map of [this.#rows, this.#roots, this.#names, this.#subjects]) map.clear();
  }

  /** Synchronously, within a step of memory-stored.ts; null if it is not listed. */
  expiresAt(root: string): number | null {
    return this.#rows.get(root)?.expiresAt ?? null;
  }

  #name(root: string, name: string, proof: string | null): void {
    this.#roots.set(name, { root, proof });
    group(this.#names, root).add(name);
  }
}

/** As the schema of the SQL stores does. */
function refuseEmpty(...texts: readonly string[]): void {
  if (texts.includes('')) throw new StoreUnavailableError('The session registry takes no empty name, subject or MAC.');
}

function group(map: Map<string, Set<string>>, key: string): Set<string> {
  const found = map.get(key) ?? new Set<string>();
  map.set(key, found);
  return found;
}
