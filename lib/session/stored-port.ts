/**
 * The port of `session.stored`: values that hang on a session's root. Every method is one atomic step, in which the
 * store itself looks whether the session is live: one that was admitted before a revocation writes nothing after it
 * (R7). Stores keep `mac` and never read meaning into it; stored-values.ts makes and checks it (R10).
 */
import type { Claims } from '../revocation/covers.js';

/** Bytes of one value, as JSON. */
export const LARGEST_VALUE = 64 * 1024;
/** Bytes of all values of a session. */
export const LARGEST_SESSION = 256 * 1024;
/** Keys of a session: a name of user input for each would otherwise be a list without an end. */
export const MOST_KEYS = 1_000;

/**
 * Whose values. A session is live if the registry has its row, unexpired at `now`; the log is the one it was born in,
 * with its birth in it or at its base; and no entry after its birth covers it.
 */
export interface NamedOwner {
  readonly kind: 'session';
  readonly claims: Claims;
  /** Wall time, in milliseconds since the epoch. */
  readonly now: number;
}

/** An anonymous session is live if its row was used within `idle`, and by the log as above: only `everyone` covers it. */
export interface AnonymousOwner {
  readonly kind: 'anonymous';
  readonly claims: Pick<Claims, 'genesis' | 'birth' | 'root'>;
  readonly now: number;
  readonly idle: number;
}

export type StoredOwner = NamedOwner | AnonymousOwner;

/** A value as it is kept. */
export interface StoredValue {
  /** JSON. */
  readonly text: string;
  readonly mac: string;
}

export interface StoredEntry extends StoredValue {
  readonly key: string;
}

/** `value` is null if the session is over, or nothing is under the key. */
export interface StoredAnswer {
  readonly live: boolean;
  readonly value: StoredValue | null;
}

export interface StoredStore {
  get(owner: StoredOwner, key: string, signal: AbortSignal): Promise<StoredAnswer>;
  /** One key alone. Writes nothing if the session is over, or would hold more than a session may. */
  set(owner: StoredOwner, entry: StoredEntry, signal: AbortSignal): Promise<'written' | 'over' | 'full'>;
  /** Reads and deletes: of any number who ask at once, one gets the value. */
  take(owner: StoredOwner, key: string, signal: AbortSignal): Promise<StoredAnswer>;
  /** Answers whether the session is live. */
  delete(owner: StoredOwner, key: string, signal: AbortSignal): Promise<boolean>;
  /** Writes what was read of one session under another, all or nothing; false if either is over. */
  copy(from: StoredOwner, to: StoredOwner, entries: readonly StoredEntry[], signal: AbortSignal): Promise<boolean>;
}

/** Anonymous sessions: a row each, with the time of its last use. Values go with their row. */
export interface AnonymousStore {
  /** Adds one; those that were longest not used go, until at most `most` are left. */
  add(root: string, usedAt: number, most: number, signal: AbortSignal): Promise<void>;
  /** Writes the last use, only forwards; unknown roots are left alone. */
  seen(marks: ReadonlyMap<string, number>): Promise<void>;
  remove(root: string, signal: AbortSignal): Promise<void>;
  /** Drops those last used before `time`. */
  prune(time: number): Promise<void>;
}
