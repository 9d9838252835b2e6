/** Rows of the tables of service tokens, as records: what is read of a hash can be compared and not written (R9). */
import { StoredHash } from '../../tokens/redacted.js';
import type { TokenRecord } from '../../tokens/token-store.js';
import type { Value } from './driver.js';

/** What a change changes, and what a version brings back, beside the MAC. */
export const CONTENT: readonly string[] = [
  ...['id', 'owner', 'name', 'scopes', 'created_at', 'expires_at', 'revoked_at', 'suffix'],
  ...['hash', 'previous_hash', 'previous_until'],
];

const COLUMNS = [...CONTENT, 'version', 'mac'].join(', ');
const of = (table: string) => CONTENT.map((column) => `${table}.${column}`).join(', ');

/** Whether a record is what its history says last. */
const IS_NEWEST = `EXISTS (SELECT 1 FROM swapproof_token_version AS kept WHERE kept.id = swapproof_token.id
  AND kept.version = (SELECT max(version) FROM swapproof_token_version AS last WHERE last.id = swapproof_token.id)
  AND (${of('kept')}) IS (${of('swapproof_token')}))`;

/** What toRecord() takes of the table of records, and of that of their versions. */
export const RECORD = `${COLUMNS}, ${IS_NEWEST}`;
export const VERSION = `${COLUMNS}, 1`;

/** A damaged row must be readable too: whoever asked refuses it by its MAC. */
export function toRecord(values: Value[]): TokenRecord {
  const [id, owner, name, scopes, createdAt, expiresAt, revokedAt, suffix, hash, previous, until, ...more] = values;
  const [version, mac, isNewest, used] = more;
  return Object.freeze({
    id: String(id),
    owner: String(owner),
    name: String(name),
    scopes: scopesIn(scopes),
    createdAt: Number(createdAt),
    expiresAt: Number(expiresAt),
    revokedAt: timeOrNull(revokedAt),
    suffix: String(suffix),
    hash: new StoredHash(hash),
    previous: previous == null ? null : Object.freeze({ hash: new StoredHash(previous), until: Number(until) }),
    version: Number(version),
    mac: String(mac),
    isNewest: isNewest === 1,
    lastUsedAt: timeOrNull(used),
  });
}

function timeOrNull(value: Value | undefined): number | null {
  return value == null ? null : Number(value);
}

function scopesIn(text: Value | undefined): readonly string[] {
  try {
    const scopes: unknown = JSON.parse(String(text));
    return Object.freeze(Array.isArray(scopes) ? scopes.map(String) : []);
  } catch {
    return Object.freeze([]);
  }
}
