import { StoreUnavailableError } from '../errors.js';
import { systemTimers, within } from '../timers.js';

/**
 * R11: a store that fails, is late or answers what nobody can read is an error, and never "there is nothing". Past the
 * deadline the signal is aborted: a write that still waits for its turn then never happens.
 * @throws StoreUnavailableError, or what `step` refuses by an error of that class
 */
export async function callStore<T>(deadline: number, step: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await within(systemTimers, deadline, step);
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    throw new StoreUnavailableError('What is stored could not be read or written.', { cause: error });
  }
}
