/** Rows of the tables of service tokens, as records: what is read of a hash can be compared and not written (R9). */
import { StoredHash } from '../../tokens/redacted.js';
import type { TokenRecord } from '../../tokens/token-store.js';
import type { Value } from './driver.js';

export const RECORD =
  'id, owner, name, scopes, created_at, expires_at, revoked_at, suffix, hash, previous_hash, previous_until, version, mac';

/** A damaged row must be readable too: whoever asked refuses it by its MAC. */
export function toRecord(values: Value[]): TokenRecord {
  const [id, owner, name, scopes, createdAt, expiresAt, revokedAt, suffix, hash, previous, until, version, mac, used] =
    values;
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
