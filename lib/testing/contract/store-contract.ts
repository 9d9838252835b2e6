/**
 * All that a store keeps, its log, its list of sessions, their values, as tests of whichever runner is running. Every store of
 * this package passes them; whoever writes another one learns from them what it must do, and why.
 */
import { TestingError } from '../../errors.js';
import { findRunner, type RunnerFunctions } from '../runner.js';
import { ANONYMOUS_CASES } from './anonymous-cases.js';
import { ask, type ContractCase, type OpenForContract } from './contract-case.js';
import { LOG_CASES } from './log-cases.js';
import { LOG_EXPIRY_CASES } from './log-expiry-cases.js';
import { LOG_POLL_CASES } from './log-poll-cases.js';
import { REGISTRY_CASES } from './registry-cases.js';
import { REGISTRY_LIST_CASES } from './registry-list-cases.js';
import { STORED_CASES } from './stored-cases.js';
import { STORED_LIVENESS_CASES } from './stored-liveness-cases.js';

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

export const CONTRACT: Readonly<Record<'log' | 'registry' | 'stored' | 'anonymous', readonly ContractCase[]>> = {
  log: [...LOG_CASES, ...LOG_POLL_CASES, ...LOG_EXPIRY_CASES],
  registry: [...REGISTRY_CASES, ...REGISTRY_LIST_CASES],
  stored: [...STORED_CASES, ...STORED_LIVENESS_CASES],
  anonymous: ANONYMOUS_CASES,
};

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
