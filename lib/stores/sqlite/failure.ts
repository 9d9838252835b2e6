/** What SQLite's result codes mean to whoever runs the app. Codes: https://sqlite.org/rescode.html */
import { StoreUnavailableError } from '../../errors.js';

const BUSY = 5;
const LOCKED = 6;

const ADVICE: Readonly<Record<number, string>> = {
  3: 'Access was denied. Let the app read and write the file and its folder.',
  [BUSY]: 'Another process holds its write lock. Find the process that keeps a transaction open.',
  [LOCKED]: 'Another process holds its write lock. Find the process that keeps a transaction open.',
  8: 'It is read-only. Let the app write the file and its folder.',
  10: 'The disk failed to read or write. Check the disk.',
  11:
    'It is damaged. Stop the app, move the file away and put a backup in its place. A new one would be empty: everyone logs ' +
    'in again, and service tokens are gone.',
  13: 'The disk is full. Make room.',
  14: 'It can not be opened. Let the app read and write the file and its folder.',
  26: 'It is no SQLite database. Give sqlite() a path of its own.',
};

/** The connection is of no use after these; the file may have been repaired or its rights mended meanwhile. */
const LOST = new Set([3, 8, 10, 11, 14, 26]);

/** SQLite's primary result code; null if the error is none of its own. */
export function resultCode(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { rawCode } = error as { rawCode?: unknown };
  if (typeof rawCode === 'number') return rawCode & 0xff;
  // A connection that could not be made at all says it in words alone.
  const code = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(error.message)?.[1];
  return code === undefined ? null : Number(code) & 0xff;
}

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

export function losesConnection(error: unknown): boolean {
  const code = resultCode(error);
  return code !== null && LOST.has(code);
}

export function isNoDatabase(error: unknown): boolean {
  return resultCode(error) === 26;
}

export function unavailable(path: string, error: unknown): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  const advice = ADVICE[resultCode(error) ?? -1] ?? 'SQLite refused. The cause says why.';
  return new StoreUnavailableError(`The store ${path} can not be used: ${advice}`, { cause: error });
}
