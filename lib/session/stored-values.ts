/**
 * Values in the store, on the kit's side of its port. What comes back under another key or root, or was written by
 * something else, is refused and never served (R10); a store that fails, is late or answers garbage is an error and
 * never "there is nothing" (R11).
 */
import type { Clock } from '../clock.js';
import { SessionError, StoreUnavailableError } from '../errors.js';
import type { AnonymousToken } from './anonymous.js';
import { hashOf } from './ids.js';
import type { Keyring } from './keyring.js';
import { callStore } from './store-call.js';
import {
  LARGEST_SESSION,
  MOST_KEYS,
  type StoredAnswer,
  type StoredEntry,
  type StoredOwner,
  type StoredStore,
} from './stored-port.js';
import type { Json, SessionToken } from './token.js';

/** What was found: `value` is undefined where there is nothing; `live` is false if the session has ended. */
export interface FoundValue {
  readonly live: boolean;
  readonly value: Json | undefined;
}

export interface StoredOptions {
  readonly store: StoredStore;
  readonly keyring: Keyring;
  readonly clock: Clock;
  /** Milliseconds after which an anonymous session that nobody used is over. */
  readonly idle: number;
  /** Milliseconds that the store may take. */
  readonly deadline: number;
}

type Owner = SessionToken | AnonymousToken;

export class StoredValues {
  readonly #options: StoredOptions;

  constructor(options: StoredOptions) {
    this.#options = options;
  }

  get(owner: Owner, key: string): Promise<FoundValue> {
    return this.#call(async (store, signal) =>
      this.#read(owner, key, await store.get(this.#owner(owner), key, signal)),
    );
  }

  take(owner: Owner, key: string): Promise<FoundValue> {
    return this.#call(async (store, signal) =>
      this.#read(owner, key, await store.take(this.#owner(owner), key, signal)),
    );
  }

  /** False if the session has ended. @throws SessionError ERR_STORED_TOO_LARGE if it would hold too much. */
  async set(owner: Owner, key: string, text: string): Promise<boolean> {
    const entry = this.#entry(owner.root, key, text);
    const outcome = await this.#call((store, signal) => store.set(this.#owner(owner), entry, signal));
    if (outcome === 'full') throw full();
    return outcome === 'written' || (outcome === 'over' ? false : refuseGarbage());
  }

  /** False if the session has ended. */
  async delete(owner: Owner, key: string): Promise<boolean> {
    return checked(await this.#call((store, signal) => store.delete(this.#owner(owner), key, signal)));
  }

  /** Copies values of one session to another, all or nothing; false if either has ended. */
  async copy(from: Owner, to: Owner, keys: readonly string[]): Promise<boolean> {
    const found = await Promise.all(keys.map((key) => this.get(from, key)));
    if (found.some(({ live }) => !live)) return false;
    const entries = keys.flatMap((key, index) => {
      const value = found[index]?.value;
      return value === undefined ? [] : [this.#entry(to.root, key, JSON.stringify(value))];
    });
    return checked(
      await this.#call((store, signal) => store.copy(this.#owner(from), this.#owner(to), entries, signal)),
    );
  }

  #owner(owner: Owner): StoredOwner {
    const now = this.#options.clock.now();
    const { root, genesis, birth } = owner;
    if (!('subject' in owner)) {
      return { kind: 'anonymous', claims: { root, genesis, birth }, now, idle: this.#options.idle };
    }
    const { id, subject } = owner;
    return { kind: 'session', claims: { root, genesis, birth, id, subject }, now };
  }

  #entry(root: string, key: string, text: string): StoredEntry {
    return { key, text, mac: this.#options.keyring.mac('stored', promise(root, key, text)) };
  }

  #read({ root }: Owner, key: string, { live, value }: StoredAnswer): FoundValue {
    if (typeof live !== 'boolean') return refuseGarbage();
    if (value === null) return { live, value: undefined };
    if (this.#options.keyring.verify('stored', promise(root, key, value.text), value.mac)) {
      return { live, value: JSON.parse(value.text) as Json };
    }
    return refuseGarbage();
  }

  #call<T>(step: (store: StoredStore, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { store, deadline } = this.#options;
    return callStore(deadline, (signal) => step(store, signal));
  }
}

/** What a value promises about itself. Its hash, since what was verified is remembered. */
function promise(root: string, key: string, text: string): string {
  return JSON.stringify([root, key, hashOf(text)]);
}

function checked(live: unknown): boolean {
  return typeof live === 'boolean' ? live : refuseGarbage();
}

function refuseGarbage(): never {
  throw new StoreUnavailableError(
    'The store answered with a value that is not the one asked for, or that something else has written. It was not ' +
      'served. Look for another writer of the table, or a connection that is shared while it is in use.',
  );
}

function full(): SessionError {
  return new SessionError(
    'ERR_STORED_TOO_LARGE',
    `A session keeps ${LARGEST_SESSION / 1024} KiB in at most ${MOST_KEYS} keys, and this value would have been too ` +
      'much. Delete what is no longer needed, or keep it in your database under session.subject.',
  );
}
