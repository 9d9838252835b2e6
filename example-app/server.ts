/** `npm start`, or `npm start -- --unguarded` for the app without swapproof. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp, type ExampleApp } from './app.js';
import { listen, type StartedExampleId, startExampleId, stop } from './provider/start.js';
import { CALLBACK } from './routes/example-id.js';
import { demoAccounts, Users } from './users.js';

const print = (line: string) => void process.stdout.write(`${line}\n`);

const guarded = !process.argv.includes('--unguarded');
const wanted = Number(process.env.PORT ?? 3000);
const secret = process.env.SESSION_SECRET;
// Sessions that no later run could open are kept where nobody has to clean up.
const folder = secret === undefined ? mkdtempSync(join(tmpdir(), 'swapproof-example-')) : null;
const database = join(folder ?? '.', 'example.db');
const accounts = demoAccounts();
const server = createServer();
let app: ExampleApp | undefined;
let provider: StartedExampleId | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(0));
start().catch((error: NodeJS.ErrnoException) => {
  const taken = error.code === 'EADDRINUSE';
  process.stderr.write(
    taken ? `Port ${wanted} is taken. Choose another one: PORT=${wanted + 1} npm start\n` : `${error}\n`,
  );
  return end(1);
});

async function start(): Promise<void> {
  const origin = `http://localhost:${await listen(server, wanted)}`;
  if (guarded) provider = await startExampleId(accounts, origin + CALLBACK);
  app = buildApp({
    guarded,
    users: new Users(accounts),
    secret: secret ?? randomBytes(32).toString('base64url'),
    database,
    origin,
    mail: ({ email }, link) => print(`Mail to ${email}: log in with ${link}`),
    exampleId: provider?.client ?? null,
  });
  server.on('request', app);
  print(greeting(origin));
}

function greeting(origin: string): string {
  return [
    `The diary is at ${origin}${guarded ? '' : ', WITHOUT swapproof'}`,
    ...accounts.map(({ username, password }) => `  log in as ${username.padEnd(6)} with password ${password}`),
    ...(guarded
      ? [
          '  or with a link in a mail, which is printed here: ada@example.com',
          `  or at Example ID, another site: ${provider?.issuer}`,
        ]
      : []),
    secret === undefined
      ? 'SESSION_SECRET is not set: this run made its own, and its logins end with it.'
      : `Sessions are kept in ${guarded ? database : 'memory'}.`,
  ].join('\n');
}

async function end(code: number): Promise<void> {
  await stop(server);
  await provider?.close();
  await app?.sessions?.close();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  process.exitCode = code;
}
