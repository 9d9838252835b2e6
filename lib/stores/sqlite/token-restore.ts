/** Bringing tokens back as their history has them, in one transaction. What is decided here is in tokens/token-store.ts. */
import { isDeepStrictEqual } from 'node:util';
import type { Restoration, RestoredRecord, RestoreOutcome } from '../../tokens/token-store.js';
import type { Connection, Value } from './driver.js';
import { CONTENT, toRecord, VERSION } from './token-rows.js';
import { unlocked } from './token-schema.js';

/** What a version brings back. Version, time and kind of the change are new each time. */
const RESTORED = [...CONTENT, 'mac'];
const COLUMNS = RESTORED.join(', ');

/**
 * The newest version, where later than `at` somebody ended the token or its secret on purpose and it is to stay so; else the
 * last one until `at`.
 */
const TARGETS = `WITH
  wanted AS (SELECT DISTINCT id FROM swapproof_token_version WHERE id = coalesce(?1, id) AND owner = coalesce(?3, owner)),
  ended AS (SELECT DISTINCT id FROM swapproof_token_version WHERE ?1 IS NULL AND changed_at > ?2
    AND (change = 'revoked' OR (change = 'rotated' AND previous_until <= changed_at)))
  SELECT wanted.id, ended.id IS NOT NULL, (SELECT max(version) FROM swapproof_token_version AS kept
    WHERE kept.id = wanted.id AND (changed_at <= ?2 OR (ended.id IS NOT NULL AND ?4 = 0))),
    EXISTS (SELECT 1 FROM swapproof_token_version AS kept WHERE kept.id = wanted.id AND changed_at <= ?2)
  FROM wanted LEFT JOIN ended USING (id) ORDER BY wanted.id`;

export function restore(connection: Connection, restoration: Restoration): RestoreOutcome {
  const outcome: Outcome = { restored: [], unchanged: 0, ended: [], later: [], unproven: [] };
  const { which, at, includeEnded } = restoration;
  const targets = connection.all(TARGETS, which.id ?? null, at, which.owner ?? null, Number(includeEnded));
  for (const [id, ended, version, wasThere] of targets) {
    if (wasThere === 0) outcome.later.push(String(id));
    else restoreOne(connection, String(id), Number(version), restoration, outcome);
    if (ended === 1 && wasThere === 1) outcome.ended.push(String(id));
  }
  return outcome;
}

interface Outcome extends RestoreOutcome {
  readonly restored: RestoredRecord[];
  unchanged: number;
  readonly ended: string[];
  readonly later: string[];
  readonly unproven: string[];
}

function restoreOne(
  connection: Connection,
  id: string,
  version: number,
  { now, dryRun, isGenuine }: Restoration,
  outcome: Outcome,
): void {
  const changed = changesOf(connection, id, version);
  // Also where nothing differs: under another secret neither is worth anything.
  if (!isGenuine(versionOf(connection, id, version))) outcome.unproven.push(id);
  else if (changed.length === 0) outcome.unchanged++;
  else {
    if (!dryRun) bringBack(connection, id, version, now);
    outcome.restored.push({ id, changed });
  }
}

function versionOf(connection: Connection, id: string, version: number) {
  const [row = []] = connection.all(
    `SELECT ${VERSION} FROM swapproof_token_version WHERE id = ? AND version = ?`,
    ...[id, version],
  );
  return toRecord(row);
}

/** The columns in which the record differs from a version; all of them if it is gone. */
function changesOf(connection: Connection, id: string, version: number): string[] {
  const [kept = []] = connection.all(
    `SELECT ${COLUMNS} FROM swapproof_token_version WHERE id = ? AND version = ?`,
    ...[id, version],
  );
  const [here] = connection.all(`SELECT ${COLUMNS} FROM swapproof_token WHERE id = ?`, id);
  return RESTORED.filter((_column, index) => here === undefined || !isDeepStrictEqual(here[index], kept[index]));
}

/** Within the file: no hash comes out of it to be written. */
export function bringBack(connection: Connection, id: string, version: number, now: number): void {
  const newest = '(SELECT max(version) + 1 FROM swapproof_token_version WHERE id = ?1)';
  const values: Value[] = [id, version, now];
  const source = `SELECT ${COLUMNS}, ${newest}, ?3, 'restored' FROM swapproof_token_version WHERE id = ?1 AND version = ?2`;
  const into = `${COLUMNS}, version, changed_at, change`;
  unlocked(connection, id, 'restored', () => {
    const updated = connection.run(`UPDATE swapproof_token SET (${into}) = (${source}) WHERE id = ?1`, ...values);
    if (updated === 0) connection.run(`INSERT INTO swapproof_token (${into}) ${source}`, ...values);
  });
}
