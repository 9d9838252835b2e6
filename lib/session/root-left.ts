/** What messages and tokens hang on, so that nobody else's session can use them. */
import type { RequestSession } from './request-session.js';

/**
 * The root of the session, or anonymous session, that this response leaves in the browser, as far as is known now; null
 * where it leaves none. The same whatever `regenerate()` did, another one after `start()`, none after `destroy()`.
 */
export function rootLeft({ root }: RequestSession): string | null {
  return root;
}
