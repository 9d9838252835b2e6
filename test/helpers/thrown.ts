import { SwapproofError } from '../../lib/errors.js';

/** The package's error that `work` throws. */
export function thrownBy(work: () => unknown): SwapproofError {
  try {
    work();
  } catch (error) {
    if (error instanceof SwapproofError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The package's error that a promise rejects with. */
export async function rejectionOf(work: Promise<unknown>): Promise<SwapproofError> {
  const outcome = await work.then(
    () => new Error('nothing was rejected'),
    (error: unknown) => error,
  );
  if (outcome instanceof SwapproofError) return outcome;
  throw outcome;
}
