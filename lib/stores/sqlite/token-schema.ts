/**
 * The tables of service tokens: numbered steps, each applied once and in one transaction, and guards, which are put back
 * before every change. The schema itself refuses what once made tokens worthless: a hash that is empty or cut, a write
 * of a whole record, a change of a secret by anything but a rotation or a restoration.
 */
import { StoreUnavailableError } from '../../errors.js';
import type { Connection } from './driver.js';
import { CONTENT } from './token-rows.js';

/** Of a record and of each of its versions. `length` counts bytes, so that nothing can hide behind a NUL. */
const COLUMNS = `
  id TEXT NOT NULL CHECK (length(CAST(id AS BLOB)) = 8 AND id NOT GLOB '*[^0-9A-Za-z]*'),
  owner TEXT NOT NULL CHECK (trim(owner) <> ''),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL CHECK (CASE WHEN json_valid(scopes) THEN json_type(scopes) = 'array' ELSE 0 END),
  created_at INTEGER NOT NULL CHECK (created_at > 0),
  expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
  revoked_at INTEGER CHECK (revoked_at > 0),
  suffix TEXT NOT NULL CHECK (length(CAST(suffix AS BLOB)) = 4 AND suffix NOT GLOB '*[^0-9A-Za-z]*'),
  hash TEXT NOT NULL CHECK (length(CAST(hash AS BLOB)) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
  previous_hash TEXT CHECK (length(CAST(previous_hash AS BLOB)) = 64 AND previous_hash NOT GLOB '*[^0-9a-f]*'),
  previous_until INTEGER CHECK ((previous_until IS NULL) = (previous_hash IS NULL)),
  version INTEGER NOT NULL CHECK (version > 0),
  changed_at INTEGER NOT NULL CHECK (changed_at > 0),
  change TEXT NOT NULL CHECK (change IN ('created', 'rotated', 'revoked', 'restored')),
  mac TEXT NOT NULL CHECK (length(CAST(mac AS BLOB)) = 43 AND mac NOT GLOB '*[^0-9A-Za-z_-]*')`;

/** All but the MAC, which alone may be renewed, when the kit's secrets are rotated. */
const FACTS = [...CONTENT, 'version', 'changed_at', 'change'].join(', ');

export type TokenChange = 'rotated' | 'revoked' | 'restored';

/**
 * Never changed once released: what comes later is a step of its own. Without rowids: `UPDATE OR REPLACE ... SET rowid` takes
 * the place of another row, and neither is a change of one of its columns nor sets off a guard of deletions.
 */
const STEPS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE IF NOT EXISTS swapproof_token (${COLUMNS}, PRIMARY KEY (id)) STRICT, WITHOUT ROWID`,
    'CREATE INDEX IF NOT EXISTS swapproof_token_owner ON swapproof_token (owner, created_at, id)',
    'CREATE INDEX IF NOT EXISTS swapproof_token_age ON swapproof_token (created_at, id)',
    `CREATE TABLE IF NOT EXISTS swapproof_token_version (${COLUMNS}, PRIMARY KEY (id, version)) STRICT, WITHOUT ROWID`,
    'CREATE INDEX IF NOT EXISTS swapproof_token_version_owner ON swapproof_token_version (owner)',
    // Which token is being changed by whom. Filled and emptied within the transaction of that change.
    `CREATE TABLE IF NOT EXISTS swapproof_token_unlocked (
      id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
      change TEXT NOT NULL CHECK (change IN ('rotated', 'revoked', 'restored'))
    ) STRICT`,
    // A table of its own: a last use is written without a statement that so much as names a secret's table.
    `CREATE TABLE IF NOT EXISTS swapproof_token_use (
      id TEXT PRIMARY KEY NOT NULL REFERENCES swapproof_token (id),
      used_at INTEGER NOT NULL CHECK (used_at > 0)
    ) STRICT`,
  ],
];

const TABLES = ['swapproof_token', 'swapproof_token_unlocked', 'swapproof_token_use'];

const UNLOCKED = 'EXISTS (SELECT 1 FROM swapproof_token_unlocked WHERE id = OLD.id AND change = NEW.change)';
const NEW_FACTS = FACTS.replaceAll(/\w+/g, (column) => `NEW.${column}`);
const KEEP_VERSION = `INSERT INTO swapproof_token_version (${FACTS}, mac) VALUES (${NEW_FACTS}, NEW.mac)`;

/** A revocation changes nothing else, and must work on a damaged record too: the rest is that of the version before. */
const KEEP_REVOCATION = `INSERT INTO swapproof_token_version (${FACTS}, mac)
  SELECT id, owner, name, scopes, created_at, expires_at, NEW.revoked_at, suffix, hash, previous_hash, previous_until,
    NEW.version, NEW.changed_at, NEW.change, mac
  FROM swapproof_token_version WHERE id = NEW.id ORDER BY version DESC LIMIT 1`;

const refused = (message: string) => `SELECT RAISE(ABORT, 'swapproof: ${message}')`;

const GUARDS: Readonly<Record<string, string>> = {
  swapproof_token_once: `BEFORE INSERT ON swapproof_token
    WHEN EXISTS (SELECT 1 FROM swapproof_token WHERE id = NEW.id)
    BEGIN ${refused('a service token is never replaced')}; END`,
  swapproof_token_locked: `BEFORE UPDATE OF ${FACTS} ON swapproof_token
    WHEN NEW.id IS NOT OLD.id OR NOT ${UNLOCKED}
    BEGIN ${refused('a service token is changed by rotate, revoke and restore alone')}; END`,
  swapproof_token_secret: `BEFORE UPDATE OF ${FACTS} ON swapproof_token
    WHEN NEW.change = 'revoked' AND (NEW.hash IS NOT OLD.hash OR NEW.previous_hash IS NOT OLD.previous_hash)
    BEGIN ${refused('a secret is changed by rotate and restore alone')}; END`,
  swapproof_token_kept: `BEFORE DELETE ON swapproof_token
    BEGIN ${refused('a service token is revoked, not deleted')}; END`,
  swapproof_token_first_version: `AFTER INSERT ON swapproof_token BEGIN ${KEEP_VERSION}; END`,
  swapproof_token_next_version: `AFTER UPDATE OF ${FACTS} ON swapproof_token
    WHEN NEW.change <> 'revoked' BEGIN ${KEEP_VERSION}; END`,
  swapproof_token_last_version: `AFTER UPDATE OF ${FACTS} ON swapproof_token
    WHEN NEW.change = 'revoked' BEGIN ${KEEP_REVOCATION}; END`,
  swapproof_token_version_once: `BEFORE INSERT ON swapproof_token_version
    WHEN EXISTS (SELECT 1 FROM swapproof_token_version WHERE id = NEW.id AND version = NEW.version)
      OR NOT EXISTS (SELECT 1 FROM swapproof_token WHERE id = NEW.id AND version = NEW.version)
    BEGIN ${refused('the history of service tokens only grows')}; END`,
  swapproof_token_version_fixed: `BEFORE UPDATE OF ${FACTS} ON swapproof_token_version
    BEGIN ${refused('the history of service tokens only grows')}; END`,
  swapproof_token_version_kept: `BEFORE DELETE ON swapproof_token_version
    BEGIN ${refused('the history of service tokens only grows')}; END`,
};

/** Looks before it writes, as ensureSchema() does. */
export function ensureTokenSchema(connection: Connection): void {
  if (stepsTaken(connection) === STEPS.length && guardsMissing(connection).length === 0) return;
  connection.run(
    `CREATE TABLE IF NOT EXISTS swapproof_token_schema (
      step INTEGER PRIMARY KEY CHECK (step > 0),
      applied_at INTEGER NOT NULL
    ) STRICT`,
  );
  for (const [index, statements] of STEPS.entries()) {
    connection.write(() => {
      if (stepsTaken(connection) > index) return;
      for (const statement of statements) connection.run(statement);
      connection.run('INSERT INTO swapproof_token_schema (step, applied_at) VALUES (?, ?)', index + 1, Date.now());
    });
  }
  if (stepsTaken(connection) > STEPS.length) throw tooNew();
  connection.write(() => putBack(connection));
}

/**
 * First of all in each change: a migration may have dropped guards since the start, which also keep its version; or the
 * records, which the history has as well. Where the history is gone too, every call fails: an empty list would say of each
 * token that it has never been.
 */
export function putBack(connection: Connection): void {
  const tables = connection
    .all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'swapproof%'")
    .flat();
  const isHalf = tables.includes('swapproof_token_version') && TABLES.some((table) => !tables.includes(table));
  if (isHalf) for (const statement of STEPS.flat()) connection.run(statement);
  for (const name of guardsMissing(connection)) {
    connection.run(`DROP TRIGGER IF EXISTS ${name}`);
    connection.run(guard(name));
  }
}

function guard(name: string): string {
  return `CREATE TRIGGER ${name} ${GUARDS[name]}`;
}

/** Within a write: the guards let this one token through, for this one change. */
export function unlocked<T>(connection: Connection, id: string, change: TokenChange, work: () => T): T {
  connection.run('DELETE FROM swapproof_token_unlocked');
  connection.run('INSERT INTO swapproof_token_unlocked (id, change) VALUES (?, ?)', id, change);
  const done = work();
  connection.run('DELETE FROM swapproof_token_unlocked');
  return done;
}

function stepsTaken(connection: Connection): number {
  const [there] = connection.all(
    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'swapproof_token_schema'",
  );
  if (there === undefined) return 0;
  const [[step] = []] = connection.all('SELECT coalesce(max(step), 0) FROM swapproof_token_schema');
  return Number(step);
}

/** Or of the same name, and saying something else. */
function guardsMissing(connection: Connection): string[] {
  const rows = connection.all("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'swapproof%'");
  const there = new Set(rows.map(([sql]) => sql));
  return Object.keys(GUARDS).filter((name) => !there.has(guard(name)));
}

function tooNew(): StoreUnavailableError {
  return new StoreUnavailableError(
    'The service tokens in this file are of a later version of swapproof, which knows more about them. Update this one.',
  );
}
