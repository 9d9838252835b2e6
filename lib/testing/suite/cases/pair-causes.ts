/** Why one request was mixed up with another, in words for a report: `{where}` is where the one was held. */
import type { Mechanism } from '../../../evidence/mechanisms.js';

export type Cause = readonly [mechanism: Mechanism, detail: string];

export const OVERWRITTEN =
  'One request waited at {where} while the other passed from beginning to end. Then it went on with what the other had left: ' +
  'both use the same variable.';
export const BELIEVED =
  'One request waited at {where} while the other passed, and they were mixed up. What came of it is kept: asked again, alone, ' +
  'the app still answers with what is not theirs.';
export const ONE_BEHIND =
  'One request waited at {where} while the other passed, and they were mixed up. From then on each is given the answer to the one who ' +
  'asked before: what answers them, as a connection to a store, has one reply too many.';
export const SHARED =
  'While one request waited at {where}, the other waited for it, and was then given the same answer: who asks while a call is in ' +
  'flight is given what was made for somebody else.';
export const GIVEN_TWICE =
  'One request waited at {where} while the other passed, and both were given the same object. At first they were not: requests that ' +
  'had ended in between had given back twice what they had taken.';
export const BATCHED =
  'While one request waited at {where}, the other joined it, under a URL of its own, and both were answered as if one user had ' +
  'asked. Later in the same request nothing is shared any more: it is a batch.';
export const STRAYED =
  'One request waited at {where} while the other passed, or waited for it. One of them was answered in the asynchronous context of the other, so ' +
  'AsyncLocalStorage names the wrong user there.';
