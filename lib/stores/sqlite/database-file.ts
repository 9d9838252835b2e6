/**
 * The file at a path, as it is now. A database that was replaced goes on being served by the old handle, without an
 * error and without a trace, so every use looks up which file is at the path.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StoreUnavailableError } from '../../errors.js';
import { Connection, type Database, type Driver } from './driver.js';
import { losesConnection } from './failure.js';
import { ensureSchema } from './schema.js';

/** FULL: a commit survives a power cut. NORMAL: it survives a killed process. */
export type Durability = 'FULL' | 'NORMAL';

export interface DatabaseFileOptions {
  readonly durability: Durability;
  readonly creates: boolean;
  /** Makes the tables that are missing. Default: those of sessions. */
  readonly schema?: (connection: Connection) => void;
}

export class DatabaseFile {
  readonly path: string;
  readonly #driver: Driver;
  readonly #durability: Durability;
  readonly #schema: (connection: Connection) => void;
  #connection: Connection | null = null;
  /** Once a file was there it is never made anew: an empty one would look like a store where nothing is revoked. */
  #mayCreate: boolean;
  #closed = false;

  constructor(driver: Driver, path: string, { durability, creates, schema = ensureSchema }: DatabaseFileOptions) {
    this.#driver = driver;
    this.path = resolve(path);
    this.#durability = durability;
    this.#schema = schema;
    this.#mayCreate = creates && this.life() === null;
  }

  /** Device and inode of what is at the path now; null if nothing is. */
  life(): string | null {
    const found = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    return found === undefined ? null : `${found.dev}:${found.ino}`;
  }

  /** The connection, if there is one that is of use and its file is still the one at the path. */
  current(): Connection | null {
    const connection = this.#connection;
    return connection !== null && connection.life === this.life() && !connection.stuck ? connection : null;
  }

  /**
   * The connection to the file that is at the path now.
   * @throws StoreUnavailableError if there is none any more, or what the driver throws.
   */
  connection(): Connection {
    if (this.#closed) throw new StoreUnavailableError('The store was closed.');
    const current = this.current();
    if (current !== null) return current;
    this.#drop();
    this.#connection = this.#connect(this.life() ?? this.#create());
    this.#mayCreate = false;
    return this.#connection;
  }

  /** Runs `work` on the connection, and lets go of a connection that has become useless. */
  use<T>(work: (connection: Connection) => T): T {
    try {
      return work(this.connection());
    } catch (error) {
      if (losesConnection(error)) this.#drop();
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #create(): string {
    if (this.#mayCreate) this.#open('rwc').close();
    const life = this.life();
    if (life !== null) return life;
    throw new StoreUnavailableError(
      `The store ${this.path} is gone. Put the file back; or restart the app to begin with an empty one: everyone logs in ` +
        'again, and service tokens that were in it are gone.',
    );
  }

  /** `life` as it was before opening: if it still is afterwards, the handle is one to that very file. */
  #connect(life: string): Connection {
    const db = this.#open('rw');
    const connection = new Connection(db, life);
    try {
      db.exec(`PRAGMA synchronous = ${this.#durability}; PRAGMA foreign_keys = ON`);
      assertWal(connection);
      this.#schema(connection);
      if (this.life() !== life) throw new StoreUnavailableError(`The store ${this.path} is being replaced.`);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  #open(mode: 'rw' | 'rwc'): Database {
    // No busy timeout: it would stop the whole process. retry.ts waits without blocking.
    const db = new this.#driver(`${pathToFileURL(this.path).href}?mode=${mode}`, { timeout: 0 });
    try {
      db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #drop(): void {
    this.#connection?.close();
    this.#connection = null;
  }
}

function assertWal(connection: Connection): void {
  const [[mode] = []] = connection.all('PRAGMA journal_mode');
  if (mode !== 'wal') throw new StoreUnavailableError('SQLite can not use WAL here. Put the file on a local disk.');
}
