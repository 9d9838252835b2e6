import { randomId } from '../../lib/session/ids.js';
import { Keyring } from '../../lib/session/keyring.js';
import type { SessionToken } from '../../lib/session/token.js';

/** Secrets as `crypto.randomBytes(32)` makes them; the first three of a rotation, newest first. */
export const SECRETS = [
  'x1Jm0kN5vQe7wYp2RzT9uBcD4fGhKlS8aVnX3oE6iHs',
  'Qw8ZrT5yUiOpLkJhGfDs3AzXcVbNm2eR7tY1uIoP9aS',
  'mN4bVcXz6LkJhGf8DsApOiUyTr2eWq9ZxCvBn5MlKjH',
] as const;

export function keyring(secrets: readonly string[] = SECRETS.slice(0, 1), audience = 'default'): Keyring {
  return new Keyring(secrets, audience);
}

/** A sound token; every call has another id. */
export function token(changes: Partial<SessionToken> = {}): SessionToken {
  const root = changes.root ?? randomId();
  const now = Date.UTC(2026, 0, 1);
  return {
    v: 1,
    id: root,
    root,
    subject: 'u_42',
    genesis: 'genesis-1',
    birth: 0,
    issuedAt: now,
    authenticatedAt: now,
    expiresAt: now + 14 * 24 * 3_600_000,
    remembered: false,
    audience: 'default',
    predecessors: [],
    data: {},
    ...changes,
  };
}
