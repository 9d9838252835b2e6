import { SuiteRun } from '../../../../lib/testing/suite/run-swap-suite.js';
import type { SuiteCase } from '../../../../lib/testing/world/suite-case.js';
import type { SuiteOptions } from '../../../../lib/testing/world/suite-options.js';

/** One experiment only: the mechanisms that it finds in an app like smallApp(). */
export async function toldBy(
  suiteCase: SuiteCase,
  options: Pick<SuiteOptions, 'app' | 'routes'> & Partial<SuiteOptions>,
): Promise<string[]> {
  const run = new SuiteRun({ login: '/login', whoami: '/whoami', ...options });
  try {
    await run.begin();
    return (await run.ask(suiteCase)).map(({ mechanism }) => mechanism);
  } finally {
    await run.close();
  }
}
