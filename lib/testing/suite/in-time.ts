/** Nothing that is asked of an app may take longer than the suite has. */
import { settlesWithin } from '../interleave/core.js';
import { tooLate } from '../world/given-up.js';

/** Milliseconds in which work comes to its end once all that it asks has failed. */
const GRACE = 1_000;

/**
 * When the signal aborts, what people ask fails at once, as do the functions that wait for the app: the work ends by itself, unless the
 * app never comes up.
 * @throws TestingError ERR_SUITE_DEADLINE
 */
export async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(tooLate());
    signal.addEventListener('abort', () => void settlesWithin(GRACE, work).then(giveUp, giveUp), { once: true });
  });
  return Promise.race([work, late]);
}
