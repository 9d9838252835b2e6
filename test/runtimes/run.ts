/**
 * `npm run runtimes [-- --short] [-- --node=24]`: cases.mjs on Node 20, 22, 24 and 26, with node:test, jest and vitest, against
 * the packed package. Node and the runners are installed into a temporary folder, from npm's registry. `--short`: jest
 * and vitest on two of the versions. Ends with 0 if all pass, 1 if some fail, 2 if it could not be run.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installNode, installProject, pack } from './projects.js';

const VERSIONS = ['20', '22', '24', '26'];
const SHORT = ['20', '24'];
const DEADLINE = 120_000;

interface Runner {
  readonly name: 'node:test' | 'jest' | 'vitest';
  readonly project: string;
  readonly args: readonly string[];
  readonly options?: string;
}

interface Row {
  readonly version: string;
  readonly runner: string;
  readonly passed: boolean;
  readonly summary: string;
  readonly words: string;
}

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** vitest 5 needs Node 22.12. */
const vitestFor = (major: string) => (major === '20' ? 'vitest@3' : 'vitest@5');

async function main(folder: string): Promise<boolean> {
  const short = process.argv.includes('--short');
  const only = process.argv.find((arg) => arg.startsWith('--node='))?.slice('--node='.length);
  const tarball = await pack(folder);
  const plain = await installProject(folder, 'plain', tarball, ['jest@30']);
  const rows: Row[] = [];
  for (const major of VERSIONS.filter((version) => only === undefined || version === only)) {
    const { binary, version } = await installNode(folder, major);
    const runners: Runner[] = [{ name: 'node:test', project: plain, args: ['--test', 'cases.test.mjs'] }];
    if (!short || SHORT.includes(major)) {
      const [vitest = ''] = [vitestFor(major)];
      const withVitest = await installProject(folder, vitest, tarball, [vitest]);
      runners.push(
        { name: 'jest', project: plain, args: ['node_modules/jest/bin/jest.js'], options: '--experimental-vm-modules' },
        { name: 'vitest', project: withVitest, args: ['node_modules/vitest/vitest.mjs', 'run'] },
      );
    }
    for (const runner of runners) {
      const row = await outcomeOf(binary, version, runner);
      rows.push(row);
      print(`${row.passed ? 'ok    ' : 'FAILED'}  Node ${version}  ${row.runner}  ${row.summary}`);
      if (!row.passed) print(row.words);
    }
  }
  return rows.length > 0 && rows.every(({ passed }) => passed);
}

function outcomeOf(binary: string, version: string, { name, project, args, options = '' }: Runner): Promise<Row> {
  const env = {
    PATH: process.env.PATH,
    HOME: project,
    NODE_ENV: 'test',
    NO_COLOR: '1',
    NODE_OPTIONS: options,
    RUNTIMES_RUNNER: name,
  };
  const begun = performance.now();
  return new Promise((resolve) => {
    execFile(binary, args, { cwd: project, env, timeout: DEADLINE }, (error, stdout, stderr) => {
      const words = `${stdout}\n${stderr}`;
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      resolve({
        version,
        runner: name,
        passed: error === null,
        summary: `${passedIn(words)} passed, ${seconds} s`,
        words,
      });
    });
  });
}

/** Each runner has its own way to say it. */
function passedIn(words: string): string {
  const found = /^(?:# pass|\S+ pass) (\d+)$/m.exec(words) ?? /Tests:?\s.*?(\d+) passed/.exec(words);
  return found?.[1] ?? '?';
}

const folder = mkdtempSync(join(tmpdir(), 'swapproof-runtimes-'));
try {
  process.exitCode = (await main(folder)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
