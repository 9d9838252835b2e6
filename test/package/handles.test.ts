/** After `await sessions.close()` nothing is left: the process ends by itself, and jest finds no open handle. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type App, folderOf, type Outcome, runNode } from './packed.js';
import { ENDS, ENDS_IN_JEST } from './programs.js';

const SEEN = ['ada', 'bob', 'guarded', ''];
/** Milliseconds after which a process that does not end is stopped. */
const DEADLINE = 20_000;

jest.setTimeout(2 * DEADLINE);

function run(app: App, name: string, program: string, args: readonly string[]): Promise<Outcome> {
  writeFileSync(join(folderOf(app), name), program);
  return runNode(app, args, DEADLINE);
}

function inJest(app: App, name: string, program: string, ...more: readonly string[]): Promise<Outcome> {
  // Two projects in one folder, each with one test: the name decides.
  const options = ['--detectOpenHandles', '--runInBand', '--rootDir', folderOf(app), '--testMatch', `**/${name}`];
  const config = [
    '--config',
    JSON.stringify({ transform: {}, moduleFileExtensions: ['js', 'cjs', 'mjs', 'json', 'node'] }),
  ];
  const jest = ['--experimental-vm-modules', '--no-warnings', resolve('node_modules/jest/bin/jest.js')];
  return run(app, name, program, [...jest, ...options, ...more, ...config]);
}

it('ends the process by itself: memory, kit and guard', async () => {
  const { code, stdout, stderr } = await run('app', 'ends.mjs', ENDS(false), ['ends.mjs']);
  expect({ code, stderr, report: JSON.parse(stdout) }).toEqual({ code: 0, stderr: '', report: { memory: SEEN } });
});

it('ends the process by itself: SQLite', async () => {
  const { code, stdout, stderr } = await run('app-with-libsql', 'ends.mjs', ENDS(true), ['ends.mjs']);
  const report = { memory: SEEN, sqlite: SEEN };
  expect({ code, stderr, report: JSON.parse(stdout) }).toEqual({ code: 0, stderr: '', report });
});

it("leaves jest's --detectOpenHandles with nothing to say", async () => {
  const { code, stdout, stderr } = await inJest('app-with-libsql', 'quiet.test.mjs', ENDS_IN_JEST(true));
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain('2 passed');
  expect(stderr).not.toMatch(/open handle|did not exit/);
});

it('would notice what is left', async () => {
  const program = ENDS_IN_JEST(false, 'setInterval(() => {}, 1_000);');
  const { stderr } = await inJest('app', 'loud.test.mjs', program, '--forceExit');
  expect(stderr).toMatch(/open handle[\s\S]*Timeout/);
});
