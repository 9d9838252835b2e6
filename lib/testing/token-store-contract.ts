/** All that a store of service tokens keeps, as tests of whichever runner is running: storeContract() for `swapproof/tokens`. */
import { TestingError } from '../errors.js';
import { askTokens, type OpenTokensForContract } from './contract/token-case.js';
import { TOKEN_CONTRACT } from './contract/token-contract.js';
import { findRunner } from './runner.js';
import type { StoreContractOptions } from './store-contract.js';

export interface TokenStoreContractOptions extends Omit<StoreContractOptions, 'open'> {
  /** Answers a new, empty store each time: `() => myTokens(url).open()`. It is closed after each test. */
  readonly open: OpenTokensForContract;
}

const TIMEOUT = 30_000;

/**
 * Registers a test for each promise that a store of service tokens makes.
 * @throws TestingError ERR_INVALID_ARGUMENT without `open`, ERR_TEST_RUNNER where no runner is found
 */
export function tokenStoreContract(options: TokenStoreContractOptions): void {
  if (typeof options?.open !== 'function') {
    throw new TestingError(
      'ERR_INVALID_ARGUMENT',
      'tokenStoreContract({ open }): open must be a function that answers a new, open store: () => myTokens().open().',
    );
  }
  const { open, name = 'a store of service tokens', timeout = TIMEOUT, runner } = options;
  const { describe, it } = findRunner(runner);
  describe(name, () => {
    for (const each of TOKEN_CONTRACT) it(each.asks, () => askTokens(each, open), timeout);
  });
}
