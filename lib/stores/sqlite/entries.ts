/** The entries of the log in their table. */
import type { EntryKind, LogEntry, LogHeader, NewEntry, Position } from '../../revocation/log.js';
import { nextPosition } from '../../revocation/next-position.js';
import { AFTERLIFE, EXPIRED_PER_STEP } from '../expiry.js';
import type { Connection, Value } from './driver.js';

export function entriesAfter(connection: Connection, position: Position, most: number): LogEntry[] {
  const sql =
    'SELECT position, tag, kind, key, spared, at FROM swapproof_entry WHERE position > ? ORDER BY position LIMIT ?';
  return connection.all(sql, position, most).map(toEntry);
}

export function hasPosition(connection: Connection, position: Position): boolean {
  return connection.all('SELECT 1 FROM swapproof_entry WHERE position = ?', position).length > 0;
}

/** Adds the entry, unless one with its tag is there; answers the position of the one that is there now. */
export function addEntry(connection: Connection, entry: NewEntry, base: Position, at: number): Position {
  const [[there] = []] = connection.all('SELECT position FROM swapproof_entry WHERE tag = ?', entry.tag);
  if (there !== undefined) return Number(there);
  const [[last] = []] = connection.all('SELECT max(position) FROM swapproof_entry');
  const position = nextPosition(Math.max(Number(last ?? 0), base));
  const { tag, kind, key, except } = entry;
  connection.run(
    'INSERT INTO swapproof_entry (position, tag, kind, key, spared, at) VALUES (?, ?, ?, ?, ?, ?)',
    ...[position, tag, kind, key, JSON.stringify(except), at],
  );
  return position;
}

/**
 * Moves the base over what has expired, and over all before the last `everyone` in `added`; clears away what nobody
 * asks for any more. A bounded part at a time: the next append goes on. Answers the base.
 */
export function expire(connection: Connection, header: LogHeader, added: readonly NewEntry[], now: number): Position {
  const everyone = added.findLast(({ kind }) => kind === 'everyone');
  const base = Math.max(expiredThrough(connection, header, now), everyone ? before(connection, everyone) : 0);
  if (base > header.base) connection.run('UPDATE swapproof_log SET base = ?', base);
  const clear = (which: string, ...values: Value[]) =>
    connection.run(
      `DELETE FROM swapproof_entry WHERE at < ? AND position IN
        (SELECT position FROM swapproof_entry WHERE ${which} ORDER BY position LIMIT ${EXPIRED_PER_STEP})`,
      now - AFTERLIFE,
      ...values,
    );
  clear('position <= ?', base);
  clear("kind = 'refresh'");
  return base;
}

function expiredThrough(connection: Connection, { base, keep }: LogHeader, now: number): Position {
  const sql = `SELECT position, at FROM swapproof_entry WHERE position > ? AND kind <> 'refresh'
    ORDER BY position LIMIT ?`;
  const [first] = connection.all(sql, base, 1);
  if (first === undefined || Number(first[1]) >= now - keep) return base;
  const oldest = connection.all(sql, base, EXPIRED_PER_STEP);
  const alive = oldest.findIndex(([, at]) => Number(at) >= now - keep);
  return Number(oldest.at(alive < 0 ? -1 : alive - 1)?.[0] ?? base);
}

/** The last revocation before the entry. */
function before(connection: Connection, { tag }: NewEntry): Position {
  const [[position] = []] = connection.all(
    `SELECT max(position) FROM swapproof_entry WHERE kind <> 'refresh'
      AND position < (SELECT position FROM swapproof_entry WHERE tag = ?)`,
    tag,
  );
  return Number(position ?? 0);
}

function toEntry([position, tag, kind, key, spared, at]: Value[]): LogEntry {
  return Object.freeze({
    position: Number(position),
    tag: String(tag),
    kind: kind as EntryKind,
    key: String(key),
    except: Object.freeze(JSON.parse(String(spared)) as string[]),
    at: Number(at),
  });
}
