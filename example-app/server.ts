/** `npm start`, or `npm start -- --unguarded` for the app without swapproof. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from './app.js';
import { demoAccounts, Users } from './users.js';

const print = (line: string) => void process.stdout.write(`${line}\n`);

const guarded = !process.argv.includes('--unguarded');
const port = Number(process.env.PORT ?? 3000);
const secret = process.env.SESSION_SECRET;
// Sessions that no later run could open are kept where nobody has to clean up.
const folder = secret === undefined ? mkdtempSync(join(tmpdir(), 'swapproof-example-')) : null;
const database = join(folder ?? '.', 'example.db');
const accounts = demoAccounts();
const app = buildApp({
  guarded,
  users: new Users(accounts),
  secret: secret ?? randomBytes(32).toString('base64url'),
  database,
});

const server = createServer(app);
server.on('error', (error: NodeJS.ErrnoException) => {
  const taken = error.code === 'EADDRINUSE';
  process.stderr.write(
    taken ? `Port ${port} is taken. Choose another one: PORT=${port + 1} npm start\n` : `${error}\n`,
  );
  void stop(1);
});
server.listen(port, '127.0.0.1', () => print(greeting(server)));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0));

function greeting(listening: Server): string {
  const address = listening.address();
  const chosen = typeof address === 'object' && address !== null ? address.port : port;
  return [
    `The diary is at http://localhost:${chosen}${guarded ? '' : ', WITHOUT swapproof'}`,
    ...accounts.map(({ username, password }) => `  log in as ${username.padEnd(6)} with password ${password}`),
    secret === undefined
      ? 'SESSION_SECRET is not set: this run made its own, and its logins end with it.'
      : `Sessions are kept in ${guarded ? database : 'memory'}.`,
  ].join('\n');
}

async function stop(code: number): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await app.sessions?.close();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  process.exitCode = code;
}
