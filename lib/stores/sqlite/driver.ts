/** The driver, and what it must be told about: one connection to one file. */
import type Libsql from 'libsql';
import { ConfigurationError } from '../../errors.js';
import { isBusy } from './failure.js';
import loadDriver from './load-driver.cjs';

export type Driver = typeof Libsql;
export type Database = Libsql.Database;
export type Value = string | number | null;
type Statement = Libsql.Statement<Value[]>;

/** @throws ConfigurationError ERR_INVALID_OPTION if the driver is not installed, or not for this platform. */
export function driver(): Driver {
  try {
    return loadDriver();
  } catch (cause) {
    const hint = "sqlite(path) needs the package libsql. Install it with 'npm install libsql'.";
    throw new ConfigurationError('ERR_INVALID_OPTION', hint, { cause });
  }
}

let opened = 0;

/** An open connection. Statements are prepared once. */
export class Connection {
  /** Device and inode of the file that it holds. */
  readonly life: string;
  /** Different for each connection of this process: a `data_version` means nothing to another one. */
  readonly serial = ++opened;
  readonly #db: Database;
  readonly #statements = new Map<string, Statement>();
  #stuck = false;

  constructor(db: Database, life: string) {
    this.#db = db;
    this.life = life;
  }

  /** Set once a statement was left in the middle: the connection then sees one moment for ever, and says nothing. */
  get stuck(): boolean {
    return this.#stuck;
  }

  /**
   * All rows, as arrays. There is no `get` for the first of several: it leaves the statement in the middle, which holds
   * the connection to the snapshot it began with, so `data_version` never moves again.
   */
  all(sql: string, ...values: Value[]): Value[][] {
    return this.#step(sql, (statement) => statement.raw().all(...values)) as Value[][];
  }

  /** Answers how many rows were changed. */
  run(sql: string, ...values: Value[]): number {
    return this.#step(sql, (statement) => statement.run(...values)).changes;
  }

  /** One read transaction, so that all of it sees the same state. */
  read<T>(work: () => T): T {
    return this.#transaction('BEGIN', work);
  }

  /** One write transaction, which is alone from its first statement on. */
  write<T>(work: () => T): T {
    return this.#transaction('BEGIN IMMEDIATE', work);
  }

  /** The driver lets go of the file at once if nothing was prepared, else when the statements are collected. */
  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #transaction<T>(begin: string, work: () => T): T {
    this.#db.exec(begin);
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has rolled back already.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** The driver resets a statement that failed, but not one that met a lock. */
  #step<T>(sql: string, step: (statement: Statement) => T): T {
    try {
      const statement = this.#statements.get(sql) ?? this.#db.prepare<Value[]>(sql);
      this.#statements.set(sql, statement);
      return step(statement);
    } catch (error) {
      this.#stuck ||= isBusy(error);
      throw error;
    }
  }
}
