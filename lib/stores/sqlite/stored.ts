/** Values of sessions in the same file, each step one transaction that begins with a look whether the session is live. */
import {
  LARGEST_SESSION,
  MOST_KEYS,
  type StoredAnswer,
  type StoredEntry,
  type StoredOwner,
  type StoredStore,
  type StoredValue,
} from '../../session/stored-port.js';
import type { DatabaseFile } from './database-file.js';
import type { Connection } from './driver.js';
import { isLive } from './liveness.js';
import { use } from './retry.js';

const OVER: StoredAnswer = Object.freeze({ live: false, value: null });

export class SqliteStored implements StoredStore {
  readonly #file: DatabaseFile;

  /** @param file the registry's connection, which closes it. */
  constructor(file: DatabaseFile) {
    this.#file = file;
  }

  get(owner: StoredOwner, key: string, signal: AbortSignal): Promise<StoredAnswer> {
    const get = (connection: Connection) =>
      connection.read(() => (isLive(connection, owner) ? found(connection, owner, key) : OVER));
    return use(this.#file, get, signal);
  }

  set(owner: StoredOwner, entry: StoredEntry, signal: AbortSignal): Promise<'written' | 'over' | 'full'> {
    return this.#write((connection) => {
      if (!isLive(connection, owner)) return 'over';
      if (!hasRoom(connection, owner, entry)) return 'full';
      put(connection, owner, entry);
      touch(connection, owner);
      return 'written';
    }, signal);
  }

  take(owner: StoredOwner, key: string, signal: AbortSignal): Promise<StoredAnswer> {
    return this.#write((connection) => {
      if (!isLive(connection, owner)) return OVER;
      const answer = found(connection, owner, key);
      if (answer.value !== null) remove(connection, owner, key);
      return answer;
    }, signal);
  }

  delete(owner: StoredOwner, key: string, signal: AbortSignal): Promise<boolean> {
    return this.#write((connection) => {
      if (!isLive(connection, owner)) return false;
      remove(connection, owner, key);
      return true;
    }, signal);
  }

  copy(from: StoredOwner, to: StoredOwner, entries: readonly StoredEntry[], signal: AbortSignal): Promise<boolean> {
    return this.#write((connection) => {
      if (!isLive(connection, from) || !isLive(connection, to)) return false;
      for (const entry of entries) put(connection, to, entry);
      return true;
    }, signal);
  }

  #write<T>(work: (connection: Connection) => T, signal: AbortSignal): Promise<T> {
    return use(this.#file, (connection) => connection.write(() => work(connection)), signal);
  }
}

function found(connection: Connection, { claims }: StoredOwner, key: string): StoredAnswer {
  const sql = 'SELECT value, mac FROM swapproof_stored WHERE root = ? AND key = ?';
  const [row] = connection.all(sql, claims.root, key);
  const value: StoredValue | null = row === undefined ? null : { text: String(row[0]), mac: String(row[1]) };
  return { live: true, value };
}

function hasRoom(connection: Connection, { claims }: StoredOwner, { key, text }: StoredEntry): boolean {
  const sql = 'SELECT count(*), coalesce(sum(bytes), 0) FROM swapproof_stored WHERE root = ? AND key <> ?';
  const [[keys, bytes] = []] = connection.all(sql, claims.root, key);
  return Number(keys) < MOST_KEYS && Number(bytes) + Buffer.byteLength(text) <= LARGEST_SESSION;
}

function put(connection: Connection, { claims }: StoredOwner, { key, text, mac }: StoredEntry): void {
  connection.run(
    `INSERT INTO swapproof_stored (root, key, bytes, mac, value) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (root, key) DO UPDATE SET bytes = excluded.bytes, mac = excluded.mac, value = excluded.value`,
    ...[claims.root, key, Buffer.byteLength(text), mac, text],
  );
}

function remove(connection: Connection, { claims }: StoredOwner, key: string): void {
  connection.run('DELETE FROM swapproof_stored WHERE root = ? AND key = ?', claims.root, key);
}

function touch(connection: Connection, { kind, claims, now }: StoredOwner): void {
  if (kind !== 'anonymous') return;
  connection.run('UPDATE swapproof_anonymous SET used_at = ? WHERE root = ? AND used_at < ?', now, claims.root, now);
}
