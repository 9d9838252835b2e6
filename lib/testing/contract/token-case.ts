/** What a store of service tokens must keep, one promise at a time. */
import type { TokenStore } from '../../tokens/token-store.js';
import { asked, type Promised } from './contract-case.js';
import { TokenSteps } from './token-steps.js';

export type TokenCase = Promised<TokenSteps>;

/** Opens a new, empty store each time. */
export type OpenTokensForContract = () => TokenStore | Promise<TokenStore>;

/**
 * Asks one case of a store that is opened for it and closed after it.
 * @throws AssertionError that says what was asked, why, and how the store answered
 */
export async function askTokens(promised: TokenCase, open: OpenTokensForContract): Promise<void> {
  const store = await open();
  try {
    await asked(promised, new TokenSteps(store));
  } finally {
    await store.close();
  }
}
