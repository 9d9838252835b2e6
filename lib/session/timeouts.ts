/** Idle and absolute timeouts (OWASP Session Management Cheat Sheet; NIST SP 800-63B-4, section 5.2). */
export interface Timeouts {
  /** Milliseconds without a request before a session ends. */
  readonly idle: number;
  /** Milliseconds after its start at which a session ends, whatever happens. */
  readonly absolute: number;
  /** Both, for a session that its user asked to remember. */
  readonly rememberFor: number;
}

/** What decides which of the timeouts count for a session. */
export interface Remembered {
  readonly remembered: boolean;
}

export function idleOf({ idle, rememberFor }: Timeouts, { remembered }: Remembered): number {
  return remembered ? rememberFor : idle;
}

export function lifetimeOf({ absolute, rememberFor }: Timeouts, { remembered }: Remembered): number {
  return remembered ? rememberFor : absolute;
}

/** No session lives longer, so nothing about one need be known for longer. */
export function longestLifetime({ absolute, rememberFor }: Timeouts): number {
  return Math.max(absolute, rememberFor);
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
