/** What the alarms are told of each token that was presented and looked up. */

/**
 * Why a token that is or was real fails. `expired`, `revoked` and `rotated` (an older secret, its overlap is over) were
 * ordered by somebody. `damaged` (its record is not what swapproof wrote) and `missing` (its record is gone, though the
 * history has it, or it worked here a while ago) were ordered by nobody.
 */
export type Reason = 'expired' | 'revoked' | 'rotated' | 'damaged' | 'missing';

export interface Sighting {
  /**
   * Hash of the whole token as it came. By it, and not by the id, one client's failures are told from another's: after
   * a rotation one id has two secrets, of which one works and one does not.
   */
  readonly credential: string;
  /** The id of the token, as `list` shows it; null where none is known. */
  readonly token: string | null;
  /** `unknown`: well formed, and nothing here has ever made it. What is not well formed is no sighting. */
  readonly outcome: 'valid' | 'unknown' | Reason;
  /**
   * Wall time, in milliseconds since the epoch, from which on it is meant to fail: of its expiry, its revocation, the end
   * of its overlap. Undefined where nobody ordered it, or nobody knows it any more.
   */
  readonly since?: number | undefined;
}
