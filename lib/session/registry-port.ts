/**
 * The port of the session registry, the list behind the devices page. Stores keep rows and never read meaning into
 * `mac`; registry.ts makes and checks it (R10).
 */
export interface RegistryRow {
  readonly root: string;
  /** The session's present id, of which `root` is the first part. */
  readonly id: string;
  readonly subject: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Whether the session is remembered, and so has another idle time. */
  readonly remembered: boolean;
  /** A column of its own, written alone (R9). */
  readonly lastSeenAt: number;
  readonly userAgent: string;
  readonly address: string;
  readonly mac: string;
}

/** The hash of an id, by which events name a session. */
export interface HashName {
  readonly hash: string;
  /** That the hash is one of this row's: made and checked by registry.ts, kept beside the hash. */
  readonly proof: string;
}

export interface FoundRow {
  readonly row: RegistryRow;
  /** Of the hash that found it; null if an id did. */
  readonly proof: string | null;
}

export interface RegistryStore {
  /** Refuses a root that is there already: a collision would be a takeover. `name` finds the row as its id does. */
  add(row: RegistryRow, name: HashName): Promise<void>;
  /** Another id for the same root; earlier ids and their hashes keep finding it. */
  rename(root: string, renamed: Pick<RegistryRow, 'id' | 'mac'>, name: HashName): Promise<void>;
  /** Writes `lastSeenAt` and nothing else, only forwards; unknown roots are left alone. */
  seen(marks: ReadonlyMap<string, number>): Promise<void>;
  /** By root, present or earlier id, or the hash of either. */
  find(rootIdOrHash: string): Promise<FoundRow | null>;
  list(subject: string): AsyncIterable<RegistryRow>;
  remove(root: string): Promise<void>;
  /** Drops rows that expired before `time`. */
  prune(time: number): Promise<void>;
  /** Drops rows created before `time`. */
  clear(time: number): Promise<void>;
  close(): Promise<void>;
}
