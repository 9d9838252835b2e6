/** R7, by the store itself: whether a session is live, asked in the transaction that reads or writes its values. */
import type { Claims } from '../../revocation/covers.js';
import type { StoredOwner } from '../../session/stored-port.js';
import type { Connection } from './driver.js';
import { soundHeader } from './header.js';

/** @throws StoreUnavailableError while the log is in doubt: what it may have forgotten could have covered the session. */
export function isLive(connection: Connection, owner: StoredOwner): boolean {
  return hasRow(connection, owner) && isOfThisLog(connection, owner.claims) && !isCovered(connection, owner);
}

function hasRow(connection: Connection, owner: StoredOwner): boolean {
  const { claims, now } = owner;
  const rows =
    owner.kind === 'session'
      ? connection.all('SELECT 1 FROM swapproof_session WHERE root = ? AND expires_at > ?', claims.root, now)
      : connection.all(
          'SELECT 1 FROM swapproof_anonymous WHERE root = ? AND abs(? - used_at) < ?',
          ...[claims.root, now, owner.idle],
        );
  return rows.length > 0;
}

function isOfThisLog(connection: Connection, { genesis, birth }: Pick<Claims, 'genesis' | 'birth'>): boolean {
  const header = soundHeader(connection);
  if (genesis !== header.genesis || birth < header.base) return false;
  const sql = "SELECT 1 FROM swapproof_entry WHERE position = ? AND kind <> 'refresh'";
  return birth === header.base || connection.all(sql, birth).length > 0;
}

/** As covers() has it: revocation/covers.ts. Each of the four is one search of the index. */
const COVERING = `SELECT 1 FROM swapproof_entry
  WHERE (kind, key) IN (VALUES ('everyone', ''), ('root', ?), ('id', ?), ('subject', ?)) AND position > ?
    AND NOT EXISTS (SELECT 1 FROM json_each(swapproof_entry.spared) AS spared
      WHERE swapproof_entry.kind = 'subject' AND spared.value = ?)
  LIMIT 1`;

function isCovered(connection: Connection, owner: StoredOwner): boolean {
  const { root, birth } = owner.claims;
  // No entry has an empty subject, and none names the root of an anonymous session.
  const { id, subject } = owner.kind === 'session' ? owner.claims : { id: root, subject: '' };
  return connection.all(COVERING, root, id, subject, birth, root).length > 0;
}
