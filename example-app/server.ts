/**
 * `npm start`, or `npm start -- --unguarded` for the app without swapproof. With `--users users.csv`, names and passwords are
 * written into that file as well, for `npx swapproof hammer`.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp, type ExampleApp } from './app.js';
import { listen, type StartedExampleId, startExampleId, stop } from './provider/start.js';
import { CALLBACK } from './routes/example-id.js';
import { type Account, demoAccounts, Users } from './users.js';

const print = (line: string) => void process.stdout.write(`${line}\n`);

const { values: typed } = parseArgs({ options: { unguarded: { type: 'boolean' }, users: { type: 'string' } } });
const guarded = typed.unguarded !== true;
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
  if (typed.users !== undefined) writeFileSync(typed.users, csvOf(accounts), { mode: 0o600 });
  print(greeting(origin));
}

function csvOf(all: readonly Account[]): string {
  return all.map(({ username, password }) => `${username},${password}\n`).join('');
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
  await app?.close();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  process.exitCode = code;
}
