/** The swap suite as tests of jest, vitest or node:test: one for each experiment, so that a failure names what was done. */
import { AssertionError } from 'node:assert';
import type { Finding } from '../evidence/finding.js';
import type { Report } from '../evidence/report.js';
import { findingText } from '../evidence/text/finding-text.js';
import { notCoveredText } from '../evidence/text/report-text.js';
import { findRunner, type RunnerFunctions } from './runner.js';
import { SuiteRun } from './suite/run-swap-suite.js';
import { DEADLINE, type SuiteOptions } from './world/suite-options.js';

export interface SwapSuiteOptions extends SuiteOptions {
  /** Default `no one gets the session of another`. */
  readonly name?: string;
  /** `describe`, `it` and `afterAll`, where they are neither globals nor node:test's. */
  readonly runner?: RunnerFunctions;
  /** Is given the report at the end. Default: what was not covered goes to stderr, one line each. */
  readonly onReport?: (report: Report) => void;
}

const GRACE = 10_000;

/**
 * Registers the tests, as `describe` does, when it is called. A test fails with what was found, written as a bug report.
 * @throws TestingError ERR_INVALID_ARGUMENT for wrong options, ERR_TEST_RUNNER without a test runner
 */
export function swapSuite(options: SwapSuiteOptions): void {
  const { name = 'no one gets the session of another', runner: given, onReport = sayWhatIsMissing } = options;
  const runner = findRunner(given);
  const run = new SuiteRun(options);
  // The run ends itself, and says how; a test that has to be ended by its runner says nothing.
  const deadline = (options.deadline ?? DEADLINE) + GRACE;
  let beginning: Promise<void> | null = null;
  const begin = () => {
    beginning ??= run.begin();
    return beginning;
  };
  runner.describe(name, () => {
    runner.it('logs two people in and tells them apart', begin, deadline);
    for (const suiteCase of run.cases) {
      runner.it(
        `${suiteCase.title} (${suiteCase.mechanisms.join(', ')})`,
        async () => {
          await begin();
          assertNone(await run.ask(suiteCase));
        },
        deadline,
      );
    }
    runner.afterAll(async () => {
      await run.close();
      onReport(run.report());
    });
  });
}

function assertNone(findings: readonly Finding[]): void {
  const proved = findings.filter(({ certainty }) => certainty === 'proved');
  if (proved.length === 0) return;
  const text = proved.flatMap((finding, index) => findingText(finding, index + 1)).join('\n');
  throw new AssertionError({
    message: `Sessions are swapped.\n${text}`,
    actual: proved.length,
    expected: 0,
    operator: 'swapSuite',
  });
}

function sayWhatIsMissing({ notCovered }: Report): void {
  for (const item of notCovered) process.stderr.write(`swapproof: not covered: ${notCoveredText(item)}\n`);
}
