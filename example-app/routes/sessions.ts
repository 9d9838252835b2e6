/** The kit, as this app uses it. */
import { type Swapproof, type SwapproofOptions, swapproof } from 'swapproof';
import { sqlite, sqliteTokens } from 'swapproof/sqlite';
import { type ServiceTokens, serviceTokens } from 'swapproof/tokens';
import type { User, Users } from '../users.js';

export type Sessions = Swapproof<Record<string, unknown>, User>;

export interface SessionsOptions {
  readonly users: Users;
  /** 32 bytes or more. */
  readonly secret: string;
  /** The SQLite file of the sessions. */
  readonly database: string;
  /** For tests. */
  readonly kit?: Partial<SwapproofOptions<User>>;
}

export function guardedSessions({ users, secret, database, kit }: SessionsOptions): Sessions {
  return swapproof({
    secrets: [secret],
    store: sqlite(database),
    identity: (subject) => users.find(subject),
    ...kit,
  });
}

/** Tokens for scripts, in the same file. */
export function scriptTokens(sessions: Sessions, database: string): ServiceTokens {
  return serviceTokens({ sessions, store: sqliteTokens(database), prefix: 'diary' });
}
