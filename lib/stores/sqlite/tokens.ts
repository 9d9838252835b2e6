/** Service tokens in the same file, on a connection of their own. What they promise is in tokens/token-store.ts. */
import { assertNothingRedacted } from '../../tokens/redacted.js';
import type {
  FoundToken,
  IssuedSecret,
  MacPlace,
  NewToken,
  Restoration,
  RestoreOutcome,
  Rotation,
  TokenRecord,
  TokenStore,
} from '../../tokens/token-store.js';
import type { SecretHash } from '../../tokens/token-text.js';
import type { DatabaseFile } from './database-file.js';
import type { Connection } from './driver.js';
import { writeMarks } from './marks.js';
import { use } from './retry.js';
import { renewMacs } from './token-macs.js';
import { bringBack, restore } from './token-restore.js';
import { RECORD, toRecord } from './token-rows.js';
import { putBack, unlocked } from './token-schema.js';

const PAGE = 100;
/** Milliseconds to wait for the write lock, where nobody says how long. */
const DEADLINE = 1_000;

const WITH_USE = `SELECT ${RECORD}, used_at FROM swapproof_token LEFT JOIN swapproof_token_use USING (id)`;
/** Of the last version with this secret, as the present or the previous one: the end of its overlap, and the next change. */
const LAST_MENTION = `SELECT iif(hash = ?2, NULL, max(previous_until, changed_at)), (SELECT min(changed_at) FROM swapproof_token_version AS next
    WHERE next.id = ?1 AND next.version > last.version)
  FROM swapproof_token_version AS last WHERE id = ?1 AND (hash = ?2 OR previous_hash = ?2) ORDER BY version DESC LIMIT 1`;

/** By the history, which no damage reaches. */
const NEXT_VERSION = `(SELECT coalesce(max(version), 0) + 1 FROM swapproof_token_version AS kept
  WHERE kept.id = swapproof_token.id)`;

export class SqliteTokens implements TokenStore {
  readonly #file: DatabaseFile;

  constructor(file: DatabaseFile) {
    this.#file = file;
  }

  async create(token: NewToken, signal: AbortSignal): Promise<boolean> {
    assertNothingRedacted(Object.values(token));
    const { id, owner, name, scopes, createdAt, expiresAt, suffix, hash, mac } = token;
    return this.#write(signal, (connection) => {
      if (connection.all('SELECT 1 FROM swapproof_token_version WHERE id = ?', id).length > 0) return false;
      connection.run(
        `INSERT INTO swapproof_token
          (id, owner, name, scopes, created_at, expires_at, suffix, hash, version, changed_at, change, mac)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 'created', ?)`,
        ...[id, owner, name, JSON.stringify(scopes), createdAt, expiresAt, suffix, hash, createdAt, mac],
      );
      return true;
    });
  }

  find(id: string, presented: SecretHash, signal: AbortSignal): Promise<FoundToken> {
    return this.#use(signal, (connection) =>
      connection.read(() => ({
        record: recordOf(connection, id),
        issued: issuedSecret(connection, id, presented),
      })),
    );
  }

  read(id: string, signal: AbortSignal): Promise<TokenRecord | null> {
    return this.#use(signal, (connection) => recordOf(connection, id));
  }

  async rotate(rotation: Rotation, signal: AbortSignal): Promise<boolean> {
    assertNothingRedacted(Object.values(rotation));
    const { id, version, suffix, expiresAt, hash, previousUntil, mac, at } = rotation;
    return this.#write(signal, (connection) => {
      const rotated = unlocked(connection, id, 'rotated', () =>
        connection.run(
          `UPDATE swapproof_token SET previous_hash = hash, previous_until = ?, hash = ?, suffix = ?, expires_at = ?,
            version = ${NEXT_VERSION}, changed_at = ?, change = 'rotated', mac = ?
            WHERE id = ? AND version = ? AND revoked_at IS NULL`,
          ...[previousUntil, hash, suffix, expiresAt, at, mac, id, version],
        ),
      );
      return rotated === 1;
    });
  }

  /** By the history too: a record that is damaged or gone must not escape, nor come back with a restoration. */
  revoke(which: { readonly id: string } | { readonly owner: string }, at: number, signal: AbortSignal) {
    const [column, key] = 'id' in which ? ['id', which.id] : ['owner', which.owner];
    const sql = `SELECT id, newest.version, here.id IS NULL,
        newest.revoked_at IS NOT NULL AND (here.id IS NULL OR here.revoked_at IS NOT NULL)
      FROM swapproof_token_version AS newest LEFT JOIN swapproof_token AS here USING (id)
      WHERE newest.version = (SELECT max(version) FROM swapproof_token_version AS last WHERE last.id = newest.id)
        AND id IN (SELECT kept.id FROM swapproof_token_version AS kept WHERE kept.${column} = ?1
          UNION SELECT kept.id FROM swapproof_token AS kept WHERE kept.${column} = ?1)`;
    return this.#write(signal, (connection) => {
      const rows = connection.all(sql, key);
      for (const [id, version, isGone, hasEnded] of rows) {
        if (hasEnded === 1) continue;
        if (isGone === 1) bringBack(connection, String(id), Number(version), at);
        revokeOne(connection, String(id), at);
      }
      return rows.map(([id]) => String(id));
    });
  }

  /** A page at a time: no statement stays open while the caller thinks. */
  async *list(owner: string | null): AsyncIterable<TokenRecord> {
    const whose = owner === null ? '' : 'owner = ? AND';
    const sql = `${WITH_USE} WHERE ${whose} (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ${PAGE}`;
    let last: readonly [number, string] = [Number.MAX_SAFE_INTEGER, ''];
    for (;;) {
      const values = [...(owner === null ? [] : [owner]), ...last];
      const records = await this.#use(AbortSignal.timeout(DEADLINE), (connection) =>
        connection.all(sql, ...values).map(toRecord),
      );
      yield* records;
      const end = records.at(-1);
      if (end === undefined || records.length < PAGE) return;
      last = [end.createdAt, end.id];
    }
  }

  restore(restoration: Restoration, signal: AbortSignal): Promise<RestoreOutcome> {
    if (restoration.dryRun) return this.#use(signal, (file) => file.read(() => restore(file, restoration)));
    return this.#write(signal, (file) => restore(file, restoration));
  }

  renewMacs(renewed: (record: TokenRecord, place: MacPlace) => string | null): Promise<number> {
    return renewMacs((work) => this.#use(AbortSignal.timeout(DEADLINE), work), renewed);
  }

  used(marks: ReadonlyMap<string, number>): Promise<void> {
    const sql = `INSERT INTO swapproof_token_use (id, used_at) SELECT id, ?2 FROM swapproof_token WHERE id = ?1
      ON CONFLICT (id) DO UPDATE SET used_at = max(used_at, excluded.used_at)`;
    return writeMarks(marks, sql, (work) => this.#write(AbortSignal.timeout(DEADLINE), work));
  }

  async close(): Promise<void> {
    this.#file.close();
  }

  #write<T>(signal: AbortSignal, work: (connection: Connection) => T): Promise<T> {
    return this.#use(signal, (connection) =>
      connection.write(() => {
        putBack(connection);
        return work(connection);
      }),
    );
  }

  #use<T>(signal: AbortSignal, work: (connection: Connection) => T): Promise<T> {
    return use(this.#file, work, signal);
  }
}

function recordOf(connection: Connection, id: string): TokenRecord | null {
  const [row] = connection.all(`${WITH_USE} WHERE id = ?`, id);
  return row === undefined ? null : toRecord(row);
}

function issuedSecret(connection: Connection, id: string, presented: SecretHash): IssuedSecret | null {
  const [last] = connection.all(LAST_MENTION, id, presented);
  if (last === undefined) return null;
  const ends = last.filter((end) => end !== null).map(Number);
  return { endedAt: ends.length > 0 ? Math.min(...ends) : null };
}

function revokeOne(connection: Connection, id: string, at: number): void {
  const sql = `UPDATE swapproof_token SET revoked_at = ?, version = ${NEXT_VERSION}, changed_at = ?, change = 'revoked'
    WHERE id = ?`;
  unlocked(connection, id, 'revoked', () => connection.run(sql, at, at, id));
}
