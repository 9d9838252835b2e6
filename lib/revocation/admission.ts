/**
 * R7: whether a session may be admitted now. The reading of the clock in `confirmed()` is the instant of admission, so
 * it comes last: a process that is stopped after it has admitted, and one that is stopped before it has not.
 */
import type { Claims } from './covers.js';
import type { Replica } from './replica.js';

/** 'foreign': of a log that is not this one. 'unavailable': validity can't be known now. */
export type Admission = 'admitted' | 'revoked' | 'foreign' | 'unavailable';

/** Synchronously: 'unknown' where only catching up can tell. */
export function admitNow(replica: Replica, claims: Claims): 'admitted' | 'revoked' | 'unknown' {
  const verdict = replica.verdict(claims);
  if (verdict === 'revoked') return 'revoked';
  return verdict === 'valid' && replica.confirmed() ? 'admitted' : 'unknown';
}

/** For code that awaited other work: confirms anew what ran out meanwhile, so that what follows can be known. */
export async function renew(replica: Replica, deadlineMs: number): Promise<void> {
  if (!replica.confirmed()) await replica.catchUp(deadlineMs);
}

/** Catches up first where that is needed, for at most `deadlineMs`. */
export async function admit(replica: Replica, claims: Claims, deadlineMs: number): Promise<Admission> {
  const first = admitNow(replica, claims);
  if (first !== 'unknown') return first;
  if (!(await replica.catchUp(deadlineMs))) return 'unavailable';
  const second = admitNow(replica, claims);
  if (second !== 'unknown') return second;
  // Unknown to a replica that holds all there was when the session was presented: then this log never knew it.
  const here = replica.position();
  if (here === null || replica.verdict(claims) !== 'unknown') return 'unavailable';
  return here.genesis === claims.genesis ? 'revoked' : 'foreign';
}
