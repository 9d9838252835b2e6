/** The revocation log in a file: one machine has one clock, so a `wait` is a lease and nobody needs to be heard. */
import type {
  AppendAnswer,
  Held,
  LogHeader,
  NewEntry,
  PollAnswer,
  PollRequest,
  Position,
  RevocationLog,
} from '../../revocation/log.js';
import { assertWellFormed } from '../../revocation/well-formed.js';
import { AppendQueue } from './append-queue.js';
import type { DatabaseFile } from './database-file.js';
import type { Connection } from './driver.js';
import { addEntry, entriesAfter, expire, hasPosition } from './entries.js';
import { raise, readHeader, soundHeader, writeNewHeader } from './header.js';
import { use } from './retry.js';

const LEASE = 20;
/** Entries in one answer: a few milliseconds of reading. */
const PAGE = 10_000;

export interface SqliteLogOptions {
  readonly keep: number;
  readonly now: () => number;
  readonly page?: number;
}

export class SqliteLog implements RevocationLog {
  readonly lease = LEASE;
  readonly wait = LEASE;
  readonly #file: DatabaseFile;
  readonly #options: Required<SqliteLogOptions>;
  readonly #queue = new AppendQueue((entries, signal) =>
    use(this.#file, (connection) => this.#write(connection, entries), signal),
  );
  /** `data_version` does not move on the connection's own commits. */
  #ownCommits = 0;

  /** @param file a connection for the log alone: an open statement of anyone else would stop `data_version`. */
  constructor(file: DatabaseFile, options: SqliteLogOptions) {
    this.#file = file;
    this.#options = { page: PAGE, ...options };
  }

  poll({ after }: PollRequest, signal: AbortSignal): Promise<PollAnswer> {
    return use(this.#file, (connection) => this.#poll(connection, after), signal);
  }

  async append(entry: NewEntry): Promise<AppendAnswer> {
    assertWellFormed(entry);
    return this.#queue.add(entry);
  }

  found(seen: string | null, signal: AbortSignal): Promise<boolean> {
    return use(this.#file, (connection) => connection.write(() => this.#found(connection, seen)), signal);
  }

  unchanged(version: string): boolean {
    try {
      const connection = this.#file.current();
      return connection !== null && this.#version(connection) === version;
    } catch {
      return false; // No proof. The poll that follows meets the same trouble and says what it is.
    }
  }

  async close(): Promise<void> {
    await this.#queue.settled();
    this.#file.close();
  }

  #poll(connection: Connection, after: Held | null): PollAnswer {
    const { keep } = this.#options;
    const known = readHeader(connection);
    if (known !== null && (known.keep < keep || known.maxLease < LEASE)) {
      this.#ownCommits++;
      connection.write(() => raise(connection, keep, LEASE));
    }
    // Read before the entries: what is committed in between makes the next `unchanged` false.
    const version = this.#version(connection);
    return connection.read(() => this.#answer(connection, after, version));
  }

  #answer(connection: Connection, after: Held | null, version: string): PollAnswer {
    const header = readHeader(connection);
    const answer = { life: connection.life, version, header, own: null, members: [] };
    if (header === null) return { ...answer, holdsOwnPosition: false, reload: false, entries: [], more: false };
    const reload = after === null || after.genesis !== header.genesis || after.position < header.base;
    const holdsOwnPosition = !reload && isHeld(connection, header, after.position);
    const from = reload ? header.base : cursor(connection, after);
    const entries = entriesAfter(connection, from, this.#options.page + 1);
    const more = entries.length > this.#options.page;
    return { ...answer, holdsOwnPosition, reload, entries: more ? entries.slice(0, -1) : entries, more };
  }

  #write(connection: Connection, entries: readonly NewEntry[]): AppendAnswer[] {
    // Counted before: a commit that reports an error may have happened all the same.
    this.#ownCommits++;
    return connection.write(() => {
      const header = soundHeader(connection);
      const { genesis, epoch } = header;
      const now = this.#options.now();
      const positions = entries.map((entry) => addEntry(connection, entry, header.base, now));
      expire(connection, header, entries, now);
      return positions.map((position) => ({ position, genesis, epoch, members: [] }));
    });
  }

  #found(connection: Connection, seen: string | null): boolean {
    const header = readHeader(connection);
    if ((header?.epoch ?? null) !== seen) return false;
    this.#ownCommits++;
    writeNewHeader(connection, Math.max(this.#options.keep, header?.keep ?? 0), Math.max(LEASE, header?.maxLease ?? 0));
    return true;
  }

  #version(connection: Connection): string {
    const [[version] = []] = connection.all('PRAGMA data_version');
    return `${connection.serial}:${version}:${this.#ownCommits}`;
  }
}

function isHeld(connection: Connection, header: LogHeader, position: Position): boolean {
  return position === header.base || hasPosition(connection, position);
}

function cursor(connection: Connection, { position, latest }: Held): Position {
  return hasPosition(connection, latest) ? latest : position;
}
