/** The list of sessions in the same file, on a connection of its own. */
import { setImmediate } from 'node:timers/promises';
import type { FoundRow, HashName, RegistryRow, RegistryStore } from '../../session/registry-port.js';
import type { DatabaseFile } from './database-file.js';
import type { Connection, Value } from './driver.js';
import { writeMarks } from './marks.js';
import { use } from './retry.js';

const COLUMNS = 'root, id, subject, created_at, expires_at, remembered, last_seen_at, user_agent, address, mac';
const PAGE = 100;
/** In one transaction: the event loop stands still for it. Whoever goes takes up to 256 KiB of values along. */
const REMOVED_PER_STEP = 100;
/** Milliseconds to wait for the write lock. */
const DEADLINE = 1_000;

export class SqliteRegistry implements RegistryStore {
  readonly #file: DatabaseFile;
  readonly #deadline: number;

  constructor(file: DatabaseFile, deadline = DEADLINE) {
    this.#file = file;
    this.#deadline = deadline;
  }

  add(row: RegistryRow, { hash, proof }: HashName): Promise<void> {
    const { root, id, subject, createdAt, expiresAt, remembered, lastSeenAt, userAgent, address, mac } = row;
    return this.#write((connection) => {
      connection.run(
        `INSERT INTO swapproof_session (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[root, id, subject, createdAt, expiresAt, remembered ? 1 : 0, lastSeenAt, userAgent, address, mac],
      );
      for (const each of [root, id]) name(connection, root, each, null);
      name(connection, root, hash, proof);
    });
  }

  rename(root: string, { id, mac }: Pick<RegistryRow, 'id' | 'mac'>, { hash, proof }: HashName): Promise<void> {
    return this.#write((connection) => {
      const renamed = connection.run('UPDATE swapproof_session SET id = ?, mac = ? WHERE root = ?', id, mac, root);
      if (renamed === 0) return;
      name(connection, root, id, null);
      name(connection, root, hash, proof);
    });
  }

  seen(marks: ReadonlyMap<string, number>): Promise<void> {
    const sql = 'UPDATE swapproof_session SET last_seen_at = ?2 WHERE root = ?1 AND last_seen_at < ?2';
    return writeMarks(marks, sql, (work) => this.#write(work));
  }

  async find(rootIdOrHash: string): Promise<FoundRow | null> {
    const sql = `SELECT ${COLUMNS}, proof FROM swapproof_session JOIN swapproof_session_name USING (root) WHERE name = ?`;
    const [found] = await this.#use((connection) => connection.all(sql, rootIdOrHash));
    const proof = found?.at(-1);
    return found === undefined ? null : { row: toRow(found), proof: typeof proof === 'string' ? proof : null };
  }

  /** Newest first, a page at a time: no statement stays open while the caller thinks. */
  async *list(subject: string): AsyncIterable<RegistryRow> {
    const sql = `SELECT ${COLUMNS} FROM swapproof_session WHERE subject = ? AND (created_at, root) < (?, ?)
      ORDER BY created_at DESC, root DESC LIMIT ?`;
    let last: readonly [number, string] = [Number.MAX_SAFE_INTEGER, ''];
    for (;;) {
      const rows = await this.#use((connection) => connection.all(sql, subject, ...last, PAGE));
      yield* rows.map(toRow);
      const end = rows.at(-1);
      if (end === undefined || rows.length < PAGE) return;
      const { createdAt, root } = toRow(end);
      last = [createdAt, root];
    }
  }

  remove(root: string): Promise<void> {
    return this.#write((connection) => {
      connection.run('DELETE FROM swapproof_session WHERE root = ?', root);
    });
  }

  prune(time: number): Promise<void> {
    return this.#removeAll('expires_at < ?', time);
  }

  clear(time: number): Promise<void> {
    return this.#removeAll('created_at < ?', time);
  }

  async close(): Promise<void> {
    this.#file.close();
  }

  async #removeAll(which: string, time: number): Promise<void> {
    const sql = `DELETE FROM swapproof_session WHERE root IN
      (SELECT root FROM swapproof_session WHERE ${which} LIMIT ${REMOVED_PER_STEP})`;
    let removed = REMOVED_PER_STEP;
    while (removed === REMOVED_PER_STEP) {
      removed = await this.#use((connection) => connection.write(() => connection.run(sql, time)));
      await setImmediate();
    }
  }

  #write(work: (connection: Connection) => void): Promise<void> {
    return this.#use((connection) => connection.write(() => work(connection)));
  }

  #use<T>(work: (connection: Connection) => T): Promise<T> {
    return use(this.#file, work, AbortSignal.timeout(this.#deadline));
  }
}

/** An id may be its session's root, and is then named twice. */
function name(connection: Connection, root: string, name: string, proof: string | null): void {
  const sql = 'INSERT INTO swapproof_session_name (name, root, proof) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING';
  connection.run(sql, name, root, proof);
}

function toRow(values: Value[]): RegistryRow {
  const [root, id, subject, createdAt, expiresAt, remembered, lastSeenAt, userAgent, address, mac] = values;
  return Object.freeze({
    root: String(root),
    id: String(id),
    subject: String(subject),
    createdAt: Number(createdAt),
    expiresAt: Number(expiresAt),
    remembered: remembered === 1,
    lastSeenAt: Number(lastSeenAt),
    userAgent: String(userAgent),
    address: String(address),
    mac: String(mac),
  });
}
