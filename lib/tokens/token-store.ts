/**
 * The port of service tokens. Every method is one atomic step, a statement or a transaction. None writes a whole record, and
 * none takes what another one has read: what was read holds a StoredHash, what is written a SecretHash (R9). Stores keep
 * `mac` and never read meaning into it; record-mac.ts makes and checks it (R10). All times are wall time, in
 * milliseconds since the epoch.
 *
 * A store keeps every version of a token for ever: the one that `create` makes, and one for each rotation, revocation and
 * restoration. Its schema refuses hashes that are none and changes that none of these methods made.
 */
import type { StoredHash } from './redacted.js';
import type { SecretHash } from './token-text.js';

/** What is said of a token, beside its secret. */
export interface TokenFacts {
  /** 8 characters of base62. No secret. */
  readonly id: string;
  readonly owner: string;
  /** For people; may be empty. */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The last characters of the secret, to tell tokens apart by. */
  readonly suffix: string;
}

export interface NewToken extends TokenFacts {
  readonly hash: SecretHash;
  readonly mac: string;
}

/** A record as it was read. */
export interface TokenRecord extends TokenFacts {
  /** Grows by one with each change. */
  readonly version: number;
  readonly revokedAt: number | null;
  readonly hash: StoredHash;
  /** The secret before the last rotation, and until when it is good. */
  readonly previous: { readonly hash: StoredHash; readonly until: number } | null;
  readonly mac: string;
  /**
   * Whether it is what the newest of its versions says, the MAC and the version's number apart: an older one has a good MAC
   * too, and would revive a secret that has ended. True of a version itself.
   */
  readonly isNewest: boolean;
  readonly lastUsedAt: number | null;
}

export interface FoundToken {
  readonly record: TokenRecord | null;
  /** Not null if the presented hash is that of any version of this token, however the record looks now. */
  readonly issued: IssuedSecret | null;
}

/** A secret that was once made here. */
export interface IssuedSecret {
  /** When it stopped being good, by the history: the end of its overlap, or the change after it. Null while it is good. */
  readonly endedAt: number | null;
}

/** A new secret for a token. The store itself makes the hash that was there the previous one. */
export interface Rotation extends Pick<TokenFacts, 'id' | 'suffix' | 'expiresAt'> {
  /** The version that was read: nothing is written if it is another one by now. */
  readonly version: number;
  readonly hash: SecretHash;
  /** Until when the old secret is good; 0 where it ends at once. */
  readonly previousUntil: number;
  readonly mac: string;
  readonly at: number;
}

/** One token, or all that are an owner's; with neither, all there are. */
export interface RestoreTarget {
  readonly id?: string;
  readonly owner?: string;
}

/**
 * What to bring back: of one token its last version until `at`. Of several the same, but where somebody has since then
 * ended a token, or its secret at once (a rotation without overlap), its newest version: a wave of restorations must not
 * bring back to life what had leaked, unless it is told to.
 */
export interface Restoration {
  readonly which: RestoreTarget;
  readonly at: number;
  /** Of several too: the last version until `at`, also of what was ended since. */
  readonly includeEnded: boolean;
  readonly now: number;
  /** Write nothing. */
  readonly dryRun: boolean;
  /** Whether a version is what was once written. Asked within the transaction. */
  readonly isGenuine: (version: TokenRecord) => boolean;
}

/** `at` for the newest version. Not the clock's now, which may have been set back since the last change. */
export const NEWEST = Number.MAX_SAFE_INTEGER;

export interface RestoredRecord {
  readonly id: string;
  /** Names of what differed, as `hash`; every name if the record was gone. */
  readonly changed: readonly string[];
}

export interface RestoreOutcome {
  readonly restored: readonly RestoredRecord[];
  /** How many were as they should be. */
  readonly unchanged: number;
  /** Ended on purpose after `at`: they are as their newest version, or with `includeEnded` brought back to life. */
  readonly ended: readonly string[];
  /** Made after `at`: left as they are. */
  readonly later: readonly string[];
  /** Left as they are, since the version to bring back is not genuine either. */
  readonly unproven: readonly string[];
}

export type MacPlace = 'record' | 'version';

export interface TokenStore {
  /** False if there is, or ever was, a token of this id. */
  create(token: NewToken, signal: AbortSignal): Promise<boolean>;
  /** The record of an id; the work is the same for one that is not there. */
  find(id: string, presented: SecretHash, signal: AbortSignal): Promise<FoundToken>;
  /** The record of an id alone. */
  read(id: string, signal: AbortSignal): Promise<TokenRecord | null>;
  /** False if the record is gone, revoked, or of another version by now. */
  rotate(rotation: Rotation, signal: AbortSignal): Promise<boolean>;
  /** Revokes one, or all that an owner has now, for good. Answers the ids, those included that were revoked before. */
  revoke(
    which: { readonly id: string } | { readonly owner: string },
    at: number,
    signal: AbortSignal,
  ): Promise<string[]>;
  /** Newest first; of one owner, or of all. Damaged records too, as they are. */
  list(owner: string | null): AsyncIterable<TokenRecord>;
  /** All or nothing. What is brought back is a new version, and the ones before it stay. */
  restore(restoration: Restoration, signal: AbortSignal): Promise<RestoreOutcome>;
  /**
   * Goes through all records and all versions, a page at a time, and writes the MAC that `renewed` answers, if the one it
   * was shown is still there; null leaves it. Nothing but MACs is written. Answers how many were.
   */
  renewMacs(renewed: (record: TokenRecord, place: MacPlace) => string | null): Promise<number>;
  /** Writes last uses, only forwards, and nothing but them; unknown ids are left alone. */
  used(marks: ReadonlyMap<string, number>): Promise<void>;
  close(): Promise<void>;
}

/** Where service tokens are kept. Opened once, by the `serviceTokens()` that it is given to. */
export interface TokenStorage {
  readonly name: string;
  open(): TokenStore;
}
