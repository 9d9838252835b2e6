/** The devices page: the live sessions of one subject. */
import { ambientRequestContext } from '../request/context-storage.js';
import type { Registry } from './registry.js';
import type { RegistryRow } from './registry-port.js';
import { sessionOf } from './request-session.js';
import { idleOf, isExpired, isIdle, type Timeouts } from './timeouts.js';

export interface ListedSession {
  readonly id: string;
  /** Whether it is the session of the request that asks. */
  readonly current: boolean;
  /** Milliseconds since the epoch. `lastSeenAt` is up to a minute behind. */
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  /** As the client said at login: not to be trusted, and to be escaped. */
  readonly userAgent: string;
  readonly address: string;
}

/** Newest use first is for the page to sort; rows come as the store has them. */
export async function* listSessions(
  registry: Registry,
  subject: string,
  { now, timeouts }: { now: number; timeouts: Timeouts },
): AsyncIterable<ListedSession> {
  const context = ambientRequestContext();
  const currentRoot = context && sessionOf(context)?.token?.root;
  for await (const row of registry.list(subject)) {
    if (isOver(row, now, timeouts) && row.root !== currentRoot) continue;
    const { id, createdAt, lastSeenAt, expiresAt, userAgent, address } = row;
    yield { id, current: row.root === currentRoot, createdAt, lastSeenAt, expiresAt, userAgent, address };
  }
}

function isOver(row: RegistryRow, now: number, timeouts: Timeouts): boolean {
  return isExpired(row.expiresAt, now) || isIdle(row.lastSeenAt, now, idleOf(timeouts, row));
}
