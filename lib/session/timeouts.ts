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

/** A time in the future counts as now: a clock set back must not keep sessions alive. */
export function isIdle(lastSeenAt: number, now: number, idle: number): boolean {
  return now - Math.min(lastSeenAt, now) >= idle;
}

/** After a tenth of the idle time the activity cookie is written anew. */
export function isDueForRenewal(writtenAt: number, now: number, idle: number): boolean {
  return now - Math.min(writtenAt, now) >= idle / 10;
}
