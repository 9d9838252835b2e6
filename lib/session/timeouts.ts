/** Idle and absolute timeouts (OWASP Session Management Cheat Sheet; NIST SP 800-63B-4, section 5.2). */
export interface Timeouts {
  /** Milliseconds without a request before a session ends. */
  readonly idle: number;
  /** Milliseconds after its start at which a session ends, whatever happens. */
  readonly absolute: number;
}

export function isExpired(expiresAt: number, now: number): boolean {
  return now >= expiresAt;
}

/** A time as far in the future is no better proof: a clock that was set back logs people out, it keeps nobody in. */
export function isIdle(lastSeenAt: number, now: number, idle: number): boolean {
  return Math.abs(now - lastSeenAt) >= idle;
}

/** A tenth of the idle time away from now, on either side, the activity cookie is written anew. */
export function isDueForRenewal(writtenAt: number, now: number, idle: number): boolean {
  return Math.abs(now - writtenAt) >= idle / 10;
}
