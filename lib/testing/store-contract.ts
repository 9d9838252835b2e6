/**
 * All that a store keeps, its log, its list of sessions, their values, as tests of whichever runner is running. Every store of
 * this package passes them; whoever writes another one learns from them what it must do, and why.
 */
import { TestingError } from '../errors.js';
import { CONTRACT } from './contract/contract.js';
import { ask, type OpenForContract } from './contract/contract-case.js';
import { findRunner, type RunnerFunctions } from './runner.js';

export interface StoreContractOptions {
  /** Answers a new, empty store each time: `(options) => myStore(url).open(options)`. It is closed after each test. */
  readonly open: OpenForContract;
  /** The name of the tests. Default `a store`. */
  readonly name?: string;
  /** Milliseconds for each test. Default 30,000. */
  readonly timeout?: number;
  /** `describe`, `it` and `afterAll`, where they are imported and not global. */
  readonly runner?: RunnerFunctions;
}

const TIMEOUT = 30_000;

/**
 * Registers a test for each promise that a store makes. One that fails says what is asked, and what goes wrong without it.
 * @throws TestingError ERR_INVALID_ARGUMENT without `open`, ERR_TEST_RUNNER where no runner is found
 */
export function storeContract(options: StoreContractOptions): void {
  if (typeof options?.open !== 'function') {
    throw new TestingError(
      'ERR_INVALID_ARGUMENT',
      'storeContract({ open }): open must be a function that answers a new, open store: (options) => myStore().open(options).',
    );
  }
  const { open, name = 'a store', timeout = TIMEOUT, runner } = options;
  const { describe, it } = findRunner(runner);
  describe(name, () => {
    for (const [part, cases] of Object.entries(CONTRACT)) {
      describe(part, () => {
        for (const each of cases) it(each.asks, () => ask(each, open), timeout);
      });
    }
  });
}
