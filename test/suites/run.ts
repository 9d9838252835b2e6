/**
 * `npm run suites -- <checkout> [<checkout> ...]`: the tests of Express 4, Express 5 and express-session with guard()
 * mounted first, compared with the same tests without it. Their packages on npm lack the tests, so use the sources:
 *
 *     git clone --depth 1 https://github.com/expressjs/express /tmp/express && (cd /tmp/express && npm install)
 *     git clone --depth 1 https://github.com/expressjs/session /tmp/session && (cd /tmp/session && npm install)
 *     npm run suites -- /tmp/express /tmp/session
 *
 * Express 4 is the branch 4.x of the first. Nothing in a checkout is changed, except that the suite of express-session
 * makes itself a certificate with openssl. Ends with 0 if only the cases of accepted.ts differ, with 1 if others do, and
 * with 2 if a suite could not be run.
 */
import { resolve } from 'node:path';
import { openCheckout } from './checkout.js';
import { compare } from './comparison.js';
import { runMocha } from './mocha.js';
import { findingsOf, type Outcome, outcomeTable } from './report.js';

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function run(folder: string): Promise<boolean> {
  const { title, suite, path } = openCheckout(resolve(folder));
  const outcomes: Outcome[] = [];
  for (const world of suite.worlds) {
    const { cookie, options } = world;
    const before = await runMocha(path, suite, { guard: 'off', cookie });
    const after = await runMocha(path, suite, { guard: world.mount, options, cookie });
    outcomes.push({ world, before, after, comparison: compare(before.cases, after.cases, world.accepted) });
  }
  const findings = outcomes.flatMap(findingsOf);
  print([title, '', outcomeTable(outcomes), '', ...findings, ...(findings.length > 0 ? [''] : [])].join('\n'));
  return findings.length === 0;
}

try {
  const folders = process.argv.slice(2);
  if (folders.length === 0) throw new Error('Name the folder of a checkout: npm run suites -- /tmp/express');
  for (const folder of folders) if (!(await run(folder))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
