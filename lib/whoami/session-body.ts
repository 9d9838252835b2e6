/**
 * The body of a session as Ory Kratos's `GET /sessions/whoami` reports it, so that clients written for that API work.
 * It is built field by field from what is named here: a token that a resolver put beside them can't get in.
 */
export interface WhoamiSession {
  /** Names the session and must not open it: never the value of the cookie or token. */
  readonly id: string;
  readonly subject: string;
  /** Milliseconds since the epoch, all three. */
  readonly issuedAt?: number;
  readonly authenticatedAt?: number;
  readonly expiresAt?: number;
  /** Default `aal1`. */
  readonly assuranceLevel?: 'aal0' | 'aal1' | 'aal2' | 'aal3';
  /** How the subject proved who they are, as `password` or `totp`. */
  readonly methods?: readonly string[];
}

/** A session with what is known of its subject. */
export interface WhoamiReport extends WhoamiSession {
  readonly traits: unknown;
}

export function sessionBody(report: WhoamiReport): string {
  const { id, subject, issuedAt, authenticatedAt, expiresAt, assuranceLevel = 'aal1', methods = [], traits } = report;
  return JSON.stringify({
    id,
    active: true,
    expires_at: isoTime(expiresAt),
    authenticated_at: isoTime(authenticatedAt),
    authenticator_assurance_level: assuranceLevel,
    authentication_methods: methods.map((method) => ({ method, completed_at: isoTime(authenticatedAt) })),
    issued_at: isoTime(issuedAt),
    identity: { id: subject, schema_id: 'default', schema_url: '', state: 'active', traits: traits ?? {} },
  });
}

function isoTime(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
