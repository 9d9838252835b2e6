/**
 * The port of the revocation log: one log, append-only, strictly ordered (design section 7). Stores implement it;
 * replica.ts and revoker.ts use it. Every method is one atomic step in the store.
 */

/** A place in the log: sequence x 2^20 + 20 random bits, so that two histories rarely share one. 0 is before all. */
export type Position = number;

export interface LogHeader {
  /** The log's name. A token of another genesis belongs to another history. */
  readonly genesis: string;
  /** Which uninterrupted store this header was written in. */
  readonly life: string;
  /** New at every re-founding. */
  readonly epoch: string;
  /** Entries up to and including this position have been dropped; births before it are refused. */
  readonly base: Position;
  /** How long entries are kept, in milliseconds. */
  readonly keep: number;
  /** The largest lease any process asked for, in milliseconds. */
  readonly maxLease: number;
  /** Set by the first process to notice that the store may have forgotten something. */
  readonly doubt: string | null;
}

export type EntryKind = 'root' | 'id' | 'subject' | 'everyone' | 'refresh';

export interface NewEntry {
  /** The append's random id: appending it twice adds it once. */
  readonly tag: string;
  readonly kind: EntryKind;
  /** Root, id or subject; empty for `everyone`. */
  readonly key: string;
  /** Roots that an entry of kind `subject` leaves alone. */
  readonly except: readonly string[];
}

export interface LogEntry extends NewEntry {
  readonly position: Position;
  /** By the store's clock, milliseconds since the epoch. */
  readonly at: number;
}

/** A process's record in the log. */
export interface Member {
  /** Random, new at each start. */
  readonly process: string;
  readonly beat: number;
  readonly acknowledged: Position;
  readonly genesis: string;
  readonly lease: number;
  readonly gone: boolean;
}

export interface PollRequest {
  /** The record to write in the same step; null for stores without members. */
  readonly member: Member | null;
  /** What the replica holds already; null asks for everything. */
  readonly after: Held | null;
}

export interface Held {
  readonly genesis: string;
  /** The replica's own position: its last entry that is not a refresh, or its base. */
  readonly position: Position;
  /** Its last entry of any kind. Entries after it are sent, or those after `position` if it has gone. */
  readonly latest: Position;
}

export interface PollAnswer {
  /** Which uninterrupted store answered. Unequal to the header's: the store may have forgotten something. */
  readonly life: string;
  readonly header: LogHeader | null;
  /** The asker's record as it was before this step. */
  readonly own: Member | null;
  /** Whether `after.position` is in the log, or is its base. */
  readonly holdsOwnPosition: boolean;
  /** In order; from the base on if `after` is null, of another genesis or older than the base. */
  readonly entries: readonly LogEntry[];
  /** True if later entries were left for the next poll, so that loading a long log blocks nobody for long. */
  readonly more: boolean;
  /** True if `entries` replaces what the replica holds. */
  readonly reload: boolean;
  /** What `unchanged` compares; empty where the store has no such thing. */
  readonly version: string;
  readonly members: readonly Member[];
}

export interface AppendAnswer {
  readonly position: Position;
  readonly genesis: string;
  readonly epoch: string;
  /** As of after the append. */
  readonly members: readonly Member[];
}

export interface RevocationLog {
  /** How long a poll's answer confirms a replica, in milliseconds; Infinity where every read is of the log itself. */
  readonly lease: number;
  /** After this many milliseconds nobody who missed an entry is still confirmed. */
  readonly wait: number;
  poll(request: PollRequest, signal: AbortSignal): Promise<PollAnswer>;
  /** Refuses in doubt; answers the entry that is there if its tag is. Every rejection may hide an append that worked. */
  append(entry: NewEntry, signal: AbortSignal): Promise<AppendAnswer>;
  /** Starts a new history if the header's epoch is still `seen` (null: no header); answers whether it did. */
  found(seen: string | null, signal: AbortSignal): Promise<boolean>;
  /** A cheap synchronous proof that nothing was appended since the answer of this version; absent where there is none. */
  unchanged?(version: string): boolean;
  close(): Promise<void>;
}
