/**
 * The list of live sessions behind the devices page. A record that comes back for another key, or whose owner was
 * changed outside this class, is refused and never served (R10): a store once answered one user with another's record.
 */
import { StoreUnavailableError } from '../errors.js';
import { systemTimers, within } from '../timers.js';
import { hashOf } from './ids.js';
import type { Keyring } from './keyring.js';
import type { HashName, RegistryRow, RegistryStore } from './registry-port.js';
import { isSessionId, rootOf, type SessionToken } from './token.js';

export interface Device {
  readonly userAgent: string;
  readonly address: string;
}

/** What a row promises about itself; last-seen is left out, since it is written alone (R9). */
type Owned = Pick<RegistryRow, 'root' | 'id' | 'subject' | 'createdAt' | 'expiresAt' | 'remembered'>;

export class Registry {
  readonly #store: RegistryStore;
  readonly #keyring: Keyring;
  readonly #deadline: number;

  /** @param deadline milliseconds for each row of a list: whoever waits for a list without end must not be kept, nor a revocation */
  constructor(store: RegistryStore, keyring: Keyring, deadline = 1_000) {
    this.#store = store;
    this.#keyring = keyring;
    this.#deadline = deadline;
  }

  async add(token: SessionToken, { userAgent, address }: Device): Promise<void> {
    const { id, root, subject, issuedAt, expiresAt, remembered } = token;
    const owned = { root, id, subject, createdAt: issuedAt, expiresAt, remembered };
    const row = { ...owned, lastSeenAt: issuedAt, userAgent, address };
    await this.#call(() => this.#store.add({ ...row, mac: this.#mac(row) }, this.#name(row)));
  }

  /** Gives the session another id. Its earlier ids and their hashes keep finding it. */
  async rename({ id, root }: SessionToken): Promise<void> {
    const row = await this.find(root);
    if (row === null) return;
    const renamed = { ...row, id };
    await this.#call(() => this.#store.rename(root, { id, mac: this.#mac(renamed) }, this.#name(renamed)));
  }

  /** The session of an id, present or earlier, or of the hash of one; null if there is none. */
  async find(idOrHash: string): Promise<RegistryRow | null> {
    const found = await this.#call(() => this.#store.find(idOrHash));
    if (found === null) return null;
    const { row, proof } = found;
    this.#assertGenuine(row);
    const asked = isSessionId(idOrHash)
      ? row.root === rootOf(idOrHash)
      : proof !== null && this.#keyring.verify('registry', link(idOrHash, row.root), proof);
    if (!asked) throw misdelivered();
    return row;
  }

  async *list(subject: string): AsyncIterable<RegistryRow> {
    try {
      for await (const row of inTime(this.#store.list(subject), this.#deadline)) {
        this.#assertGenuine(row);
        if (row.subject !== subject) throw misdelivered();
        yield row;
      }
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** When the session was last seen, by the registry alone; null if it is not listed. */
  async lastSeenAt(root: string): Promise<number | null> {
    return (await this.find(root))?.lastSeenAt ?? null;
  }

  async seen(marks: ReadonlyMap<string, number>): Promise<void> {
    await this.#call(() => this.#store.seen(marks));
  }

  async remove(root: string): Promise<void> {
    await this.#call(() => this.#store.remove(root));
  }

  async prune(time: number): Promise<void> {
    await this.#call(() => this.#store.prune(time));
  }

  /** Takes all sessions off the list that began before `time`. */
  async clear(time: number): Promise<void> {
    await this.#call(() => this.#store.clear(time));
  }

  #name({ id, root }: Owned): HashName {
    const hash = hashOf(id);
    return { hash, proof: this.#keyring.mac('registry', link(hash, root)) };
  }

  #mac(row: Owned): string {
    return this.#keyring.mac('registry', promise(row));
  }

  #assertGenuine(row: RegistryRow): void {
    if (!this.#keyring.verify('registry', promise(row), row.mac)) throw misdelivered();
  }

  async #call<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}

async function* inTime(rows: AsyncIterable<RegistryRow>, deadline: number): AsyncIterable<RegistryRow> {
  const iterator = rows[Symbol.asyncIterator]();
  const next = () => within(systemTimers, deadline, () => iterator.next());
  try {
    for (let step = await next(); !step.done; step = await next()) yield step.value;
  } finally {
    // Not awaited: what hangs would be waited for.
    void iterator.return?.().catch(() => {});
  }
}

function link(hash: string, root: string): string {
  return JSON.stringify(['hash', hash, root]);
}

/** What is not remembered says nothing of it, as rows did that are older than the question. */
function promise({ root, id, subject, createdAt, expiresAt, remembered }: Owned): string {
  return JSON.stringify([root, id, subject, createdAt, expiresAt, ...(remembered ? ['remembered'] : [])]);
}

function misdelivered(): StoreUnavailableError {
  return new StoreUnavailableError(
    'The session registry answered with a record that is not the one asked for, or that something else has written. ' +
      'It was not served. Look for another writer of the table, or a connection that is shared while it is in use.',
  );
}

function asUnavailable(error: unknown): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  return new StoreUnavailableError('The session registry could not be read or written.', { cause: error });
}
