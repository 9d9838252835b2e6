/** The example app, listening on a port of its own, with users made for the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceTokens } from 'swapproof/tokens';
import { buildApp, type ExampleOptions } from '../../example-app/app.js';
import { listen, type StartedExampleId, startExampleId, stop } from '../../example-app/provider/start.js';
import { CALLBACK } from '../../example-app/routes/example-id.js';
import type { Sessions } from '../../example-app/routes/sessions.js';
import { type Account, Users } from '../../example-app/users.js';

export interface RunningExample {
  readonly port: number;
  /** For tests that look at requests as they come. */
  readonly server: Server;
  /** As people type it; to a browser 127.0.0.1 is another site. */
  readonly origin: string;
  /** Links that were sent, the newest last. */
  readonly links: readonly string[];
  /** null if there is none. */
  readonly provider: StartedExampleId | null;
  /** null if the app is not guarded. */
  readonly sessions: Sessions | null;
  readonly tokens: ServiceTokens | null;
  readonly users: Users;
  close(): Promise<void>;
}

export interface ExampleSetting {
  readonly guarded: boolean;
  readonly accounts: readonly Account[];
  /** Wall time in milliseconds. */
  readonly now?: () => number;
  /** Also starts Example ID, which knows the same people. */
  readonly withProvider?: boolean;
  readonly kit?: ExampleOptions['kit'];
  readonly helmet?: ExampleOptions['helmet'];
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

export async function startExample(setting: ExampleSetting): Promise<RunningExample> {
  const { guarded, accounts, now = Date.now, withProvider = false, kit = {}, helmet } = setting;
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-test-'));
  const server = createServer();
  const port = await listen(server, 0);
  const origin = `http://localhost:${port}`;
  const provider = withProvider ? await startExampleId(accounts, origin + CALLBACK) : null;
  const users = new Users(accounts);
  const links: string[] = [];
  const closing = [() => stop(server), () => provider?.close(), () => rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const step of closing) await step();
  };
  try {
    const app = buildApp({
      guarded,
      users,
      secret: 'k3Vd-0pQ9_sXy7Lr2Zt8WnB5cHf1GjMa6EuK4oTiPzR',
      database: join(folder, 'sessions.db'),
      kit: { log: false, clock: { now, elapsed: () => performance.now() }, ...kit },
      origin,
      mail: (_user, link) => links.push(link),
      exampleId: provider?.client ?? null,
      ...(helmet && { helmet }),
    });
    server.on('request', app);
    const { sessions, tokens } = app;
    closing.splice(1, 0, () => app.close());
    return { port, server, origin, links, provider, sessions, tokens, users, close };
  } catch (error) {
    await close();
    throw error;
  }
}
