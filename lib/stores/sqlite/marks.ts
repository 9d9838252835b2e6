/** Last uses, written many at a time. Each write is alone in its columns (R9), whatever table it is of. */
import { setImmediate } from 'node:timers/promises';
import type { Connection } from './driver.js';

/** In one transaction: the event loop stands still for it. */
const MARKS_PER_STEP = 1_000;

/**
 * @param marks the time of last use by key
 * @param sql takes the key as ?1 and the time as ?2
 * @param write does some work in a transaction, as soon as the file lets it
 */
export async function writeMarks(
  marks: ReadonlyMap<string, number>,
  sql: string,
  write: (work: (connection: Connection) => void) => Promise<void>,
): Promise<void> {
  const all = [...marks];
  for (let from = 0; from < all.length; from += MARKS_PER_STEP) {
    await write((connection) => {
      for (const [key, time] of all.slice(from, from + MARKS_PER_STEP)) connection.run(sql, key, time);
    });
    await setImmediate();
  }
}
