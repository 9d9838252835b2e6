/**
 * R10: a record names itself. The MAC, by a key of the kit, covers all that decides whom a token lets in and for how long: a
 * record that was swapped for another, or changed by anything else, is refused. `revokedAt` is left out, since revoking
 * must work on a damaged record too; that it was not taken back, nor an older version put in the record's place, is seen by
 * the history.
 */
import { StoreUnavailableError } from '../errors.js';
import type { Keyring } from '../session/keyring.js';
import { fingerprintOf } from './redacted.js';
import type { Rotation, TokenFacts, TokenRecord } from './token-store.js';
import type { SecretHash } from './token-text.js';

interface Previous {
  readonly fingerprint: string;
  readonly until: number;
}

export function macOfNew(keyring: Keyring, facts: TokenFacts, hash: SecretHash): string {
  return keyring.mac('service-token', promise(facts, fingerprintOf(hash), null));
}

/** Of the record as it will be once it is rotated. */
export function macOfRotated(
  keyring: Keyring,
  record: TokenRecord,
  { suffix, expiresAt, hash, previousUntil: until }: Omit<Rotation, 'mac'>,
): string {
  const previous = { fingerprint: record.hash.fingerprint(), until };
  return keyring.mac('service-token', promise({ ...record, suffix, expiresAt }, fingerprintOf(hash), previous));
}

/** Whether the record is what was written, and what was written last. */
export function isGenuine(keyring: Keyring, record: TokenRecord): boolean {
  return keyring.verify('service-token', promiseOf(record), record.mac) && record.isNewest;
}

/** The MAC of a record by the newest secret. */
export function macOf(keyring: Keyring, record: TokenRecord): string {
  return keyring.mac('service-token', promiseOf(record));
}

function promiseOf(record: TokenRecord): string {
  const { previous, hash } = record;
  const former = previous && { fingerprint: previous.hash.fingerprint(), until: previous.until };
  return promise(record, hash.fingerprint(), former);
}

function promise(facts: TokenFacts, fingerprint: string, previous: Previous | null): string {
  const { id, owner, name, scopes, createdAt, expiresAt, suffix } = facts;
  const former = previous && [previous.fingerprint, previous.until];
  return JSON.stringify([id, owner, name, scopes, createdAt, expiresAt, suffix, fingerprint, former]);
}

/** @param id as it was asked for: it is no secret */
export function damaged(id: string): StoreUnavailableError {
  return new StoreUnavailableError(
    `The record of the service token ${id} is not what swapproof has written, so nobody can know whether the token is ` +
      'valid. It was not served. Find what else writes the table, then bring the record back with tokens.restore().',
  );
}
