/** Each promise of the contract of service tokens is asked: a store that breaks it fails, and is told what is asked and why. */
import { AssertionError } from 'node:assert';
import { askTokens } from '../../lib/testing/contract/token-case.js';
import { TOKEN_CONTRACT } from '../../lib/testing/contract/token-contract.js';
import { tokenStoreContract } from '../../lib/testing/token-store-contract.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { MUTANTS } from './token-mutants.js';

const path = temporaryFolder();

it('asks each thing once', () => {
  expect(new Set(TOKEN_CONTRACT.map(({ asks }) => asks)).size).toBe(TOKEN_CONTRACT.length);
});

it('has a store for each promise that breaks it', () => {
  const kept = TOKEN_CONTRACT.filter(({ asks }) => !MUTANTS.some(({ breaks }) => breaks.test(asks)));
  expect(kept.map(({ asks }) => asks)).toEqual([]);
});

const broken = MUTANTS.flatMap((mutant) =>
  TOKEN_CONTRACT.filter(({ asks }) => mutant.breaks.test(asks)).map((each) => ({ mutant, each })),
);

it.each(broken.map(({ mutant, each }) => [mutant.what, each.asks, mutant, each] as const))(
  'a store that %s does not keep: %s',
  async (_what, asks, mutant, each) => {
    const failure = await askTokens(each, () => mutant.open(path('t.db'))).then(
      () => 'nothing failed',
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(AssertionError);
    expect(String(failure)).toContain(`The store breaks its contract: ${asks}.\nBecause: ${each.because}.\n`);
  },
);

it('refuses to begin without open', () => {
  expect(() => tokenStoreContract({} as never)).toThrow(/open must be a function/);
});
