/** Waiting for another process's write lock without stopping this one, as SQLite's own busy timeout would. */
import { setTimeout } from 'node:timers/promises';
import type { DatabaseFile } from './database-file.js';
import type { Connection } from './driver.js';
import { isBusy, unavailable } from './failure.js';

const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 25;

/**
 * Runs `work` as soon as the file lets it, until the signal is aborted. `work` is one transaction or none.
 * @throws StoreUnavailableError
 */
export async function use<T>(file: DatabaseFile, work: (connection: Connection) => T, signal: AbortSignal): Promise<T> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      return file.use(work);
    } catch (error) {
      if (isBusy(error) && !signal.aborted) await setTimeout(pause);
      // Given up while it paused: nobody waits any more, so it must not happen.
      if (!isBusy(error) || signal.aborted) throw unavailable(file.path, error);
    }
  }
}
