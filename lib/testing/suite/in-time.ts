/** Nothing that is asked of an app may take longer than the suite has. */
import { TestingError } from '../../errors.js';
import { settlesWithin } from '../interleave/core.js';

/** Milliseconds in which work comes to its end once all that it asks has failed. */
const GRACE = 1_000;

export const TOO_LATE = 'the deadline had passed: give a longer one, or fewer routes';

/**
 * When the signal aborts, what people ask fails at once and the work ends by itself, unless it waits for a function of the app's.
 * @throws TestingError ERR_SUITE_DEADLINE
 */
export async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(new TestingError('ERR_SUITE_DEADLINE', `swapSuite(): ${TOO_LATE}.`));
    signal.addEventListener('abort', () => void settlesWithin(GRACE, work).then(giveUp, giveUp), { once: true });
  });
  return Promise.race([work, late]);
}
