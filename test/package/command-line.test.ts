/** `npx swapproof` of the packed package, as it is typed: in an app, through a shell. */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type App, folderOf, type Outcome, packageFolder, runProgram } from './packed.js';

const EVENT = { code: 'would.cache.change', at: 0, route: 'GET /a', detail: { rule: 'row 5' } };
const manifest = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8'));

/** What npm does when it installs a package with commands. */
beforeAll(() => {
  const folder = join(folderOf('app'), 'node_modules', '.bin');
  mkdirSync(folder, { recursive: true });
  for (const [name, path] of Object.entries<string>(manifest.bin)) {
    chmodSync(join(packageFolder(), path), 0o755);
    if (!existsSync(join(folder, name))) symlinkSync(join('..', 'swapproof', path), join(folder, name));
  }
  writeFileSync(join(folderOf('app'), 'events.ndjson'), `${JSON.stringify(EVENT)}\n`);
});

function shell(command: string, app: App = 'app', environment: Record<string, string> = {}): Promise<Outcome> {
  const env = {
    ...environment,
    PATH: process.env.PATH,
    HOME: folderOf(app),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { cwd: folderOf(app), env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

it('has examples in its help that work as typed', async () => {
  const help = (await shell('npx swapproof report --help')).stdout;
  const examples = [...help.matchAll(/^ {2}\$ (.*)$/gm)].map(([, command = '']) => command);
  expect(examples.length).toBeGreaterThanOrEqual(3);
  for (const example of examples) {
    const { code, stderr, stdout } = await shell(example);
    expect({ example, code, stderr }).toEqual({ example, code: 1, stderr: '' });
    const report = stdout === '' ? readFileSync(join(folderOf('app'), 'report.json'), 'utf8') : stdout;
    expect(report).toContain('GET /a');
  }
}, 60_000);

it('knows its version, answers 2 for what it can not do, and ends quietly when its reader goes', async () => {
  const command = 'node_modules/.bin/swapproof';
  expect(await shell(`${command} --version`)).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  const { code, stderr } = await shell(`${command} report none.ndjson`);
  expect([code, stderr]).toEqual([2, expect.stringContaining('ENOENT')]);
  if (existsSync('/dev/full')) {
    const full = "swapproof: the answer can't be written (ENOSPC).\n";
    expect(await shell(`${command} report events.ndjson > /dev/full`)).toEqual({ code: 2, stdout: '', stderr: full });
  }
  const lines = Array.from({ length: 1_000 }, (_, at) =>
    JSON.stringify({ ...EVENT, route: `GET /${at}`, detail: { rule: `${at}` } }),
  );
  writeFileSync(join(folderOf('app'), 'many.ndjson'), lines.join('\n'));
  expect(await shell(`${command} report many.ndjson | head -n 1`)).toMatchObject({ code: 0, stderr: '' });
  const bothClosed = `{ ${command} report none.ndjson; echo $? > code.txt; } 2>&1 | true; cat code.txt`;
  expect(await shell(bothClosed)).toEqual({ code: 0, stdout: '2\n', stderr: '' });
}, 60_000);

it('hammers an app from cookie jars, prints JSON and writes a page and SARIF beside it', async () => {
  let first: string | undefined;
  const server = createServer((req, res) => {
    const [, who] = /who=([\w-]+)/.exec(req.headers.cookie ?? '') ?? [];
    if (req.url?.startsWith('/account')) first ??= who;
    res.end(`Hello ${req.url?.startsWith('/account') ? first : who}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const name of ['ada-x7', 'bob-q3']) {
    writeFileSync(join(folderOf('app'), `${name}.txt`), `127.0.0.1\tFALSE\t/\tFALSE\t0\twho\t${name}\n`);
  }
  const { code, stdout, stderr } = await shell(
    `npx swapproof hammer http://127.0.0.1:${port}/account --whoami /whoami --jar ada-x7.txt --jar bob-q3.txt ` +
      '--requests 40 --seed abc --json --html hammer.html --sarif hammer.sarif',
  );
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ tool: 'hammer', verdict: 'swapped', seed: 'abc' });
  for (const file of ['hammer.html', 'hammer.sarif']) {
    expect(readFileSync(join(folderOf('app'), file), 'utf8')).toContain('ada-x7');
  }
}, 60_000);

it('makes a token for an app and lists it, with the package alone; without a driver it says which one', async () => {
  const SESSION_SECRET = 'x1Jm0kN5vQe7wYp2RzT9uBcD4fGhKlS8aVnX3oE6iHs';
  const app = `
    import { swapproof } from 'swapproof';
    import { sqlite } from 'swapproof/sqlite';
    await swapproof({ secrets: ['${SESSION_SECRET}'], store: sqlite('./sessions.db') }).close();`;
  expect(await runProgram('app-with-libsql', 'app-with-tokens.mjs', app)).toMatchObject({ code: 0, stderr: '' });
  const command = 'node node_modules/swapproof/dist/cli/commands/main.js tokens';
  const [create = '', list = ''] = [
    ...(await shell(`${command} --help`)).stdout.matchAll(/^ {2}\$ npx swapproof tokens ((?:.*\\\n)?.*)$/gm),
  ].map(([, typed = '']) => typed);
  const created = await shell(`${command} ${create}`, 'app-with-libsql', { SESSION_SECRET });
  expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^acme_[0-9A-Za-z]{36}\n$/) });
  const listed = await shell(`${command} ${list}`, 'app-with-libsql', { SESSION_SECRET });
  expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('nightly export'), stderr: '' });
  writeFileSync(join(folderOf('app'), 'sessions.db'), '');
  const without = await shell(`${command} list`, 'app', { SESSION_SECRET });
  expect(without).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('libsql') });
}, 60_000);
