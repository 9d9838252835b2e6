/** What was found out about the session that a request presented, before anybody asks. */
import type { FormerRecord } from './adoption-port.js';
import type { AnonymousToken } from './anonymous.js';
import type { SessionToken } from './token.js';

/** Why there is no session; null while there is one. */
export type InactiveReason = 'none' | 'idle' | 'expired' | 'revoked' | 'ambiguous' | 'unreadable';

/** What was found out about the presented session cookie. */
export interface Standing {
  /** The opened cookie, also where it is no longer valid; null if there is none that could be read. */
  readonly token: SessionToken | null;
  readonly inactiveBecause: InactiveReason | null;
  /** What was presented instead of a session: nobody's, with values of its own. */
  readonly anonymous: AnonymousToken | null;
  /** Validity can't be known now (R11). */
  readonly unavailable: boolean;
  /** Sealed by a retired key. */
  readonly byOldKey: boolean;
  /** Came as a bearer token: nothing that would need a cookie can be done with it. */
  readonly bearer: boolean;
  /** Came by the cookie of the library that was there before; its record, while the session is not the kit's. */
  readonly former: { readonly record: FormerRecord | null } | null;
}

export const NO_SESSION: Standing = {
  token: null,
  inactiveBecause: 'none',
  anonymous: null,
  unavailable: false,
  byOldKey: false,
  bearer: false,
  former: null,
};

/** R5: what came names two sessions, so it names nobody. */
export const AMBIGUOUS: Standing = { ...NO_SESSION, inactiveBecause: 'ambiguous' };

/** What came could not be opened, or is of another log. */
export const UNREADABLE: Standing = { ...NO_SESSION, inactiveBecause: 'unreadable' };
