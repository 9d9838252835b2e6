/** What the session's parts work with; put together once, in kit.ts. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../clock.js';
import type { Events } from '../events.js';
import type { Replica } from '../revocation/replica.js';
import type { Revoker } from '../revocation/revoker.js';
import type { AnonymousSessions } from './anonymous-sessions.js';
import type { Formers } from './formers.js';
import type { Keyring } from './keyring.js';
import type { LastSeen } from './last-seen.js';
import type { MintLimit } from './mint-limit.js';
import type { Registry } from './registry.js';
import type { RequestSession } from './request-session.js';
import type { StoredValues } from './stored-values.js';
import type { Timeouts } from './timeouts.js';

/** What `isRevoked` is asked about. */
export interface RevocableSession {
  readonly id: string;
  readonly subject: string;
  readonly authenticatedAt: number;
}

export interface SessionServices {
  readonly clock: Clock;
  readonly events: Events;
  readonly keyring: Keyring;
  readonly registry: Registry;
  readonly lastSeen: LastSeen;
  readonly stored: StoredValues;
  readonly anonymous: AnonymousSessions;
  readonly anonymousSeen: LastSeen;
  readonly mintLimit: MintLimit;
  /** Null where no sessions are adopted. */
  readonly formers: Formers | null;
  readonly replica: Replica;
  readonly revoker: Revoker;
  readonly timeouts: Timeouts;
  readonly audience: string;
  readonly strictContext: boolean;
  readonly clearSiteData: readonly string[];
  /** Milliseconds a request may wait for the log, the registry and `isRevoked`. */
  readonly requestDeadline: number;
  readonly isRevoked: ((session: RevocableSession) => boolean | Promise<boolean>) | null;
  /** Admit what is not known to be revoked while the log is out of reach. */
  readonly insecureAcceptWhenUnconfirmed: boolean;
  /** Why the request counts as one from another site, or null. */
  crossSite(req: IncomingMessage): string | null;
  /** What whoami reports of the session's subject; null if there is no such subject. */
  identity(session: RequestSession): Promise<unknown>;
}
