/** The header of the log in its table of one row. */
import { randomUUID } from 'node:crypto';
import { StoreUnavailableError } from '../../errors.js';
import type { LogHeader } from '../../revocation/log.js';
import type { Connection } from './driver.js';

export function readHeader(connection: Connection): LogHeader | null {
  const [row] = connection.all('SELECT genesis, life, epoch, base, keep, max_lease, doubt FROM swapproof_log');
  if (row === undefined) return null;
  const [genesis, life, epoch, base, keep, maxLease, doubt] = row;
  return {
    genesis: String(genesis),
    life: String(life),
    epoch: String(epoch),
    base: Number(base),
    keep: Number(keep),
    maxLease: Number(maxLease),
    doubt: doubt === null || doubt === undefined ? null : String(doubt),
  };
}

/** @throws StoreUnavailableError where there is no header, or none that this file's history can be trusted by. */
export function soundHeader(connection: Connection): LogHeader {
  const header = readHeader(connection);
  if (header !== null && header.life === connection.life && header.doubt === null) return header;
  throw new StoreUnavailableError('The revocation log is in doubt: nothing is written until that is settled.');
}

/** A new log under a new name, in the file that is there now. */
export function writeNewHeader(connection: Connection, keep: number, maxLease: number): void {
  connection.run('DELETE FROM swapproof_entry');
  connection.run('DELETE FROM swapproof_log');
  connection.run(
    'INSERT INTO swapproof_log (one, genesis, life, epoch, base, keep, max_lease) VALUES (1, ?, ?, ?, 0, ?, ?)',
    ...[randomUUID(), connection.life, randomUUID(), keep, maxLease],
  );
}

/** The header says the most that any process asked for. Before that process uses it. */
export function raise(connection: Connection, keep: number, lease: number): void {
  connection.run('UPDATE swapproof_log SET keep = max(keep, ?), max_lease = max(max_lease, ?)', keep, lease);
}
