/** The example app, listening on a port of its own, with users made for the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../../example-app/app.js';
import type { Sessions } from '../../example-app/routes/sessions.js';
import { type Account, Users } from '../../example-app/users.js';

export interface RunningExample {
  readonly port: number;
  /** null if the app is not guarded. */
  readonly sessions: Sessions | null;
  readonly users: Users;
  close(): Promise<void>;
}

export interface ExampleSetting {
  readonly guarded: boolean;
  readonly accounts: readonly Account[];
  /** Wall time in milliseconds. */
  readonly now?: () => number;
}

/** `count` users, `u_1` and so on; the password of `user1` is `password of user1`. */
export function madeAccounts(count: number): Account[] {
  return Array.from({ length: count }, (_, index) => {
    const username = `${index + 1}`;
    return { username, password: passwordOf(username), name: `User ${username}`, email: `${username}@example.com` };
  });
}

export function passwordOf(username: string): string {
  return `password of ${username}`;
}

export async function startExample({ guarded, accounts, now = Date.now }: ExampleSetting): Promise<RunningExample> {
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-test-'));
  const users = new Users(accounts);
  const app = buildApp({
    guarded,
    users,
    secret: 'k3Vd-0pQ9_sXy7Lr2Zt8WnB5cHf1GjMa6EuK4oTiPzR',
    database: join(folder, 'sessions.db'),
    kit: { log: false, clock: { now, elapsed: () => performance.now() } },
  });
  const { sessions } = app;
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The example has no port.');
  return {
    port: address.port,
    sessions,
    users,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sessions?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
