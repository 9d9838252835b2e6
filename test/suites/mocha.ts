/** One run of a suite in one world, in a process of its own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Met } from './preload.js';
import type { Ran } from './report.js';
import type { Mount, Suite } from './worlds.js';

/** What mocha's own reporter writes, as far as it is read here. */
interface Report {
  readonly tests: readonly { readonly fullTitle: string; readonly err: { readonly message?: string } }[];
  readonly pending: readonly { readonly fullTitle: string }[];
}

/** Of the report on standard output, where a case may have printed something before. */
const REPORT_BEGINS = '{\n  "stats"';
/** Milliseconds. A run takes five seconds, unless a case hangs. */
const DEADLINE = 120_000;
const SHOWN = 2000;
const PRELOAD = fileURLToPath(new URL('./preload.js', import.meta.url));

/** @throws Error if the suite did not run to its end. */
export async function runMocha(checkout: string, suite: Suite, mount: Mount): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'swapproof-suites-'));
  const met = join(folder, 'met.json');
  const mocha = join(checkout, 'node_modules', '.bin', 'mocha');
  const environment = { SUITE_MOUNT: JSON.stringify(mount), SUITE_REPORT: met };
  try {
    const said = await run(checkout, [mocha, '--require', PRELOAD, '--reporter', 'json', ...suite.mocha], environment);
    const report = said.indexOf(REPORT_BEGINS);
    if (report < 0 || !existsSync(met))
      throw new Error(`mocha did not run to its end in ${checkout}: ${said.slice(0, SHOWN)}`);
    return readRun(JSON.parse(said.slice(report)), JSON.parse(readFileSync(met, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pending cases did not run. */
function readRun({ tests, pending }: Report, met: Met): Ran {
  const skipped = new Set(pending.map(({ fullTitle }) => fullTitle));
  const ran = tests.filter(({ fullTitle }) => !skipped.has(fullTitle));
  return { cases: ran.map(({ fullTitle, err }) => ({ title: fullTitle, failure: failureOf(err) })), met };
}

function failureOf(err: { readonly message?: string }): string | null {
  return Object.keys(err).length > 0 ? (err.message ?? 'It failed without a message.') : null;
}

/** What it printed. Its exit code says how many cases failed, which its report says better. */
function run(cwd: string, args: readonly string[], environment: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...environment };
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: DEADLINE });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (chunk: string) => {
        said[stream] += chunk;
      });
    child.once('error', reject).once('close', () => resolve(said.stdout || said.stderr));
  });
}
