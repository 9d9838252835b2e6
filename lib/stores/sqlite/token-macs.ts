/** Giving records and versions another MAC, after the kit's secrets were rotated. No other column is written. */
import { setImmediate } from 'node:timers/promises';
import type { MacPlace, TokenRecord } from '../../tokens/token-store.js';
import type { Connection } from './driver.js';
import { RECORD, toRecord, VERSION } from './token-rows.js';

const PAGE = 100;

const TABLES: Readonly<Record<MacPlace, { readonly name: string; readonly columns: string }>> = {
  record: { name: 'swapproof_token', columns: RECORD },
  version: { name: 'swapproof_token_version', columns: VERSION },
};

type Step = <T>(work: (connection: Connection) => T) => Promise<T>;
type Renewed = (record: TokenRecord, place: MacPlace) => string | null;

/** @param step does some work on the file, as soon as that lets it */
export async function renewMacs(step: Step, renewed: Renewed): Promise<number> {
  return (await renewIn('record', step, renewed)) + (await renewIn('version', step, renewed));
}

async function renewIn(place: MacPlace, step: Step, renewed: Renewed): Promise<number> {
  const { name, columns } = TABLES[place];
  const sql = `SELECT ${columns} FROM ${name} WHERE (id, version) > (?, ?) ORDER BY id, version LIMIT ${PAGE}`;
  let written = 0;
  let last: readonly [string, number] = ['', 0];
  for (;;) {
    const [id, version] = last;
    const page = await step((connection) => connection.all(sql, id, version).map(toRecord));
    const due = page.flatMap((record) => {
      const mac = renewed(record, place);
      return mac === null ? [] : [{ record, mac }];
    });
    if (due.length > 0) written += await step((connection) => connection.write(() => write(connection, place, due)));
    const end = page.at(-1);
    if (end === undefined) return written;
    last = [end.id, end.version];
    await setImmediate();
  }
}

/** Whoever changed it meanwhile has made a new one. */
function write(connection: Connection, place: MacPlace, due: readonly { record: TokenRecord; mac: string }[]): number {
  const sql = `UPDATE ${TABLES[place].name} SET mac = ? WHERE id = ? AND version = ? AND mac = ?`;
  const counts = due.map(({ record, mac }) => connection.run(sql, mac, record.id, record.version, record.mac));
  return counts.reduce((sum, count) => sum + count, 0);
}
