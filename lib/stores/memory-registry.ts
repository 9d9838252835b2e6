import { StoreUnavailableError } from '../errors.js';
import type { RegistryRow, RegistryStore } from '../session/registry-port.js';

/** The list of sessions in the memory of one process. */
export class MemoryRegistry implements RegistryStore {
  readonly #rows = new Map<string, RegistryRow>();
  /** Ids, present and earlier, and their hashes. */
  readonly #roots = new Map<string, string>();
  readonly #names = new Map<string, Set<string>>();
  readonly #subjects = new Map<string, Set<string>>();

  async add(row: RegistryRow, hash: string): Promise<void> {
    refuseEmpty(row.root, row.id, row.subject, row.mac, hash);
    if (this.#rows.has(row.root)) throw new StoreUnavailableError('A session of this root is listed already.');
    this.#rows.set(row.root, Object.freeze({ ...row }));
    group(this.#subjects, row.subject).add(row.root);
    this.#name(row.root, row.root, row.id, hash);
  }

  async rename(root: string, id: string, hash: string, mac: string): Promise<void> {
    refuseEmpty(id, hash, mac);
    const row = this.#rows.get(root);
    if (row === undefined) return;
    this.#rows.set(root, Object.freeze({ ...row, id, mac }));
    this.#name(root, id, hash);
  }

  async seen(marks: ReadonlyMap<string, number>): Promise<void> {
    for (const [root, time] of marks) {
      const row = this.#rows.get(root);
      if (row && row.lastSeenAt < time) this.#rows.set(root, Object.freeze({ ...row, lastSeenAt: time }));
    }
  }

  async find(rootIdOrHash: string): Promise<RegistryRow | null> {
    const root = this.#roots.get(rootIdOrHash);
    return (root !== undefined && this.#rows.get(root)) || null;
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
  }

  async prune(time: number): Promise<void> {
    for (const { root, expiresAt } of this.#rows.values()) if (expiresAt < time) await this.remove(root);
  }

  async close(): Promise<void> {
    for (const map of [this.#rows, this.#roots, this.#names, this.#subjects]) map.clear();
  }

  #name(root: string, ...names: string[]): void {
    for (const name of names) {
      this.#roots.set(name, root);
      group(this.#names, root).add(name);
    }
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
