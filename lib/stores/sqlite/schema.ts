/**
 * The tables, with what hangs on them. Empty strings are refused by the schema itself, since an app once wrote them over its users' secrets.
 * Times are milliseconds since the epoch.
 */
import type { Connection } from './driver.js';

const REMEMBERED = 'remembered INTEGER NOT NULL DEFAULT 0 CHECK (remembered IN (0, 1))';

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS swapproof_log (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    genesis TEXT NOT NULL CHECK (genesis <> ''),
    life TEXT NOT NULL CHECK (life <> ''),
    epoch TEXT NOT NULL CHECK (epoch <> ''),
    base INTEGER NOT NULL CHECK (base >= 0),
    keep INTEGER NOT NULL CHECK (keep > 0),
    max_lease INTEGER NOT NULL CHECK (max_lease > 0),
    doubt TEXT CHECK (doubt <> '')
  ) STRICT`,
  `CREATE TABLE IF NOT EXISTS swapproof_entry (
    position INTEGER PRIMARY KEY CHECK (position > 0),
    tag TEXT NOT NULL UNIQUE CHECK (tag <> ''),
    kind TEXT NOT NULL CHECK (kind IN ('root', 'id', 'subject', 'everyone', 'refresh')),
    key TEXT NOT NULL CHECK ((key = '') = (kind = 'everyone')),
    spared TEXT NOT NULL CHECK (json_type(spared) = 'array'),
    at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX IF NOT EXISTS swapproof_entry_key ON swapproof_entry (kind, key, position)',
  `CREATE INDEX IF NOT EXISTS swapproof_refresh ON swapproof_entry (position) WHERE kind = 'refresh'`,
  `CREATE TABLE IF NOT EXISTS swapproof_session (
    root TEXT PRIMARY KEY CHECK (root <> ''),
    id TEXT NOT NULL UNIQUE CHECK (id <> ''),
    subject TEXT NOT NULL CHECK (subject <> ''),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ${REMEMBERED},
    last_seen_at INTEGER NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    mac TEXT NOT NULL CHECK (mac <> '')
  ) STRICT`,
  'CREATE INDEX IF NOT EXISTS swapproof_session_subject ON swapproof_session (subject, created_at)',
  'CREATE INDEX IF NOT EXISTS swapproof_session_expiry ON swapproof_session (expires_at)',
  `CREATE TABLE IF NOT EXISTS swapproof_session_name (
    name TEXT PRIMARY KEY CHECK (name <> ''),
    root TEXT NOT NULL REFERENCES swapproof_session (root) ON DELETE CASCADE,
    proof TEXT CHECK (proof <> '')
  ) STRICT`,
  'CREATE INDEX IF NOT EXISTS swapproof_session_name_root ON swapproof_session_name (root)',
  `CREATE TABLE IF NOT EXISTS swapproof_anonymous (
    root TEXT PRIMARY KEY CHECK (root <> ''),
    used_at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX IF NOT EXISTS swapproof_anonymous_use ON swapproof_anonymous (used_at)',
  // The value comes last: what is in front of it is read without it.
  `CREATE TABLE IF NOT EXISTS swapproof_stored (
    root TEXT NOT NULL CHECK (root <> ''),
    key TEXT NOT NULL CHECK (key <> ''),
    bytes INTEGER NOT NULL CHECK (bytes > 0),
    mac TEXT NOT NULL CHECK (mac <> ''),
    value TEXT NOT NULL CHECK (value <> ''),
    PRIMARY KEY (root, key)
  ) STRICT`,
  // Values hang on a row of either table, so no foreign key can hold them.
  `CREATE TRIGGER IF NOT EXISTS swapproof_session_gone AFTER DELETE ON swapproof_session
    BEGIN DELETE FROM swapproof_stored WHERE root = OLD.root; END`,
  `CREATE TRIGGER IF NOT EXISTS swapproof_anonymous_gone AFTER DELETE ON swapproof_anonymous
    BEGIN DELETE FROM swapproof_stored WHERE root = OLD.root; END`,
];

/** Columns that files of earlier versions lack. */
const ADDED: readonly { readonly table: string; readonly name: string; readonly column: string }[] = [
  { table: 'swapproof_session', name: 'remembered', column: REMEMBERED },
];

/** Looks before it writes: a file that is complete is not locked, and may be read-only. */
export function ensureSchema(connection: Connection): void {
  if (parts(connection) === SCHEMA.length && missingColumns(connection).length === 0) return;
  connection.write(() => {
    for (const statement of SCHEMA) connection.run(statement);
    for (const { table, column } of missingColumns(connection)) {
      connection.run(`ALTER TABLE ${table} ADD COLUMN ${column}`);
    }
  });
}

/** Service tokens may be in the same file, with a schema of their own. */
function parts(connection: Connection): unknown {
  const [[there] = []] = connection.all(
    `SELECT count(*) FROM sqlite_schema
      WHERE name LIKE 'swapproof\\_%' ESCAPE '\\' AND name NOT LIKE 'swapproof\\_token%' ESCAPE '\\'`,
  );
  return there;
}

function missingColumns(connection: Connection): typeof ADDED {
  return ADDED.filter(({ table, name }) => {
    const [[there] = []] = connection.all('SELECT count(*) FROM pragma_table_info(?) WHERE name = ?', table, name);
    return there === 0;
  });
}
