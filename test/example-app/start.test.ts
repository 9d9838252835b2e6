/** `npm start`, in a folder of its own: what a newcomer sees. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Browser } from '../helpers/browser.js';

const BUILD_TIMEOUT = 120_000;
const SOURCES = ['package.json', 'tsconfig.json', 'lib', 'example-app'];
const SECRET = 'k3Vd-0pQ9_sXy7Lr2Zt8WnB5cHf1GjMa6EuK4oTiPzR';

// Three processes start and stop here; a busy machine takes its time.
jest.setTimeout(30_000);

let folder: string;
let temporary: string;
const running = new Set<ChildProcess>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'swapproof-start-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  for (const source of SOURCES) cpSync(resolve(source), join(folder, source), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
});
afterEach(() => {
  for (const child of running) signal(child, 'SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; stderr: string }>;
  /** What it printed, once that contains `text`. */
  printed(text: string): Promise<string>;
}

function run(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>): Program {
  const { SESSION_SECRET: _, NODE_ENV: __, ...inherited } = process.env;
  const [name, ...args] = command;
  // A group of its own, as in a terminal, where Ctrl-C reaches npm and the server alike.
  const child = spawn(name, args, { cwd: folder, detached: true, env: { ...inherited, TMPDIR: temporary, ...env } });
  running.add(child);
  const words = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    words.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    words.stderr += chunk;
  });
  const ended = new Promise<{ code: number | null; stderr: string }>((done) => {
    child.once('close', (code) => {
      running.delete(child);
      done({ code, stderr: words.stderr });
    });
  });
  return {
    child,
    ended,
    printed: (text) =>
      new Promise((done, fail) => {
        const look = () => words.stdout.includes(text) && done(words.stdout);
        child.stdout.on('data', look);
        ended.then(() => fail(new Error(`It ended without printing "${text}": ${words.stdout}${words.stderr}`)));
        look();
      }),
  };
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, name);
}

function portIn(output: string): number {
  return Number(/^The diary is at http:\/\/localhost:(\d+)/m.exec(output)?.[1]);
}

async function login(output: string, username: string): Promise<Browser> {
  const password = new RegExp(`log in as ${username} +with password (\\w+)`).exec(output)?.[1] ?? '';
  const browser = new Browser();
  await browser.post(portIn(output), '/login', { username, password });
  return browser;
}

it(
  'builds, prints its address and logins that work, and leaves nothing behind',
  async () => {
    const program = run(['npm', 'start'], { PORT: '0' });
    const output = await program.printed('SESSION_SECRET is not set');
    const [ada, grace] = [await login(output, 'ada'), await login(output, 'grace')];
    expect(await ada.get(portIn(output), '/account')).toMatchObject({ status: 200, owner: 'u_ada' });
    expect(await grace.get(portIn(output), '/account')).toMatchObject({ status: 200, owner: 'u_grace' });
    expect(output).toMatch(/log in as linus +with password \w{12}/);
    signal(program.child, 'SIGINT');
    await program.ended;
    expect(readdirSync(temporary).filter((name) => name.startsWith('swapproof-example'))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual([...SOURCES, 'build', 'dist', 'node_modules', 'tmp'].sort());
  },
  BUILD_TIMEOUT,
);

describe('the server', () => {
  const server = ['node', 'build/example-app/server.js'] as const;

  it('keeps logins over a restart when it is given a secret', async () => {
    const first = run(server, { PORT: '0', SESSION_SECRET: SECRET });
    const ada = await login(await first.printed('Sessions are kept in example.db.'), 'ada');
    signal(first.child, 'SIGTERM');
    expect(await first.ended).toEqual({ code: 0, stderr: '' });
    const second = run(server, { PORT: '0', SESSION_SECRET: SECRET });
    const port = portIn(await second.printed('Sessions are kept in'));
    expect(await ada.get(port, '/account')).toMatchObject({ status: 200, owner: 'u_ada' });
    signal(second.child, 'SIGTERM');
    expect(await second.ended).toEqual({ code: 0, stderr: '' });
  });

  it('says in plain words that its port is taken', async () => {
    const other = createServer().unref();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const program = run(server, { PORT: String(port) });
    const message = `Port ${port} is taken. Choose another one: PORT=${port + 1} npm start\n`;
    expect(await program.ended).toEqual({ code: 1, stderr: message });
    await new Promise((done) => other.close(done));
  });

  it('runs without swapproof when asked to, and says so', async () => {
    const program = run([...server, '--unguarded'], { PORT: '0' });
    const output = await program.printed('WITHOUT swapproof');
    const ada = await login(await program.printed('with password'), 'ada');
    expect(ada.cookies.get('connect.sid')).toBeDefined();
    expect(await ada.get(portIn(output), '/account')).toMatchObject({ owner: 'u_ada' });
    signal(program.child, 'SIGINT');
    expect((await program.ended).code).toBe(0);
  });
});
