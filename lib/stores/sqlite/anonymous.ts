/** Anonymous sessions in the same file: a row each, whose removal takes the values along. */
import { setImmediate } from 'node:timers/promises';
import type { AnonymousStore } from '../../session/stored-port.js';
import type { DatabaseFile } from './database-file.js';
import type { Connection } from './driver.js';
import { writeMarks } from './marks.js';
import { use } from './retry.js';

/** In one transaction: the event loop stands still for it. Whoever goes takes up to 256 KiB of values along. */
const REMOVED_PER_STEP = 100;
/** Milliseconds to wait for the write lock. */
const DEADLINE = 1_000;

export class SqliteAnonymous implements AnonymousStore {
  readonly #file: DatabaseFile;

  /** @param file the registry's connection, which closes it. */
  constructor(file: DatabaseFile) {
    this.#file = file;
  }

  add(root: string, usedAt: number, most: number, signal: AbortSignal): Promise<void> {
    return this.#write((connection) => {
      connection.run('INSERT INTO swapproof_anonymous (root, used_at) VALUES (?, ?)', root, usedAt);
      const [[count] = []] = connection.all('SELECT count(*) FROM swapproof_anonymous');
      if (Number(count) > most) dropOldest(connection, Number(count) - most);
    }, signal);
  }

  seen(marks: ReadonlyMap<string, number>): Promise<void> {
    const sql = 'UPDATE swapproof_anonymous SET used_at = ?2 WHERE root = ?1 AND used_at < ?2';
    return writeMarks(marks, sql, (work) => this.#write(work));
  }

  remove(root: string, signal: AbortSignal): Promise<void> {
    return this.#write((connection) => {
      connection.run('DELETE FROM swapproof_anonymous WHERE root = ?', root);
    }, signal);
  }

  async prune(time: number): Promise<void> {
    const sql = `DELETE FROM swapproof_anonymous WHERE root IN
      (SELECT root FROM swapproof_anonymous WHERE used_at < ? LIMIT ${REMOVED_PER_STEP})`;
    let pruned = REMOVED_PER_STEP;
    while (pruned === REMOVED_PER_STEP) {
      pruned = await this.#write((connection) => connection.run(sql, time));
      await setImmediate();
    }
  }

  #write<T>(work: (connection: Connection) => T, signal = AbortSignal.timeout(DEADLINE)): Promise<T> {
    return use(this.#file, (connection) => connection.write(() => work(connection)), signal);
  }
}

/** The longest unused; of those last used at the same moment, the first to come. Where `most` was lowered, step by step. */
function dropOldest(connection: Connection, surplus: number): void {
  connection.run(
    `DELETE FROM swapproof_anonymous WHERE root IN
      (SELECT root FROM swapproof_anonymous ORDER BY used_at, rowid LIMIT ?)`,
    Math.min(surplus, REMOVED_PER_STEP),
  );
}
