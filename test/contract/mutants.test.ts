/** Each promise of the contract is asked: a store that breaks it fails, and is told what is asked of it and why. */
import { AssertionError } from 'node:assert';
import { CONTRACT } from '../../lib/testing/contract/contract.js';
import { ask } from '../../lib/testing/contract/contract-case.js';
import { storeContract } from '../../lib/testing/store-contract.js';
import { MUTANTS } from './mutants.js';

const cases = Object.values(CONTRACT).flat();

it('asks each thing once', () => {
  expect(new Set(cases.map(({ asks }) => asks)).size).toBe(cases.length);
});

it('has a store for each promise that breaks it', () => {
  expect(cases.filter(({ asks }) => !MUTANTS.some(({ breaks }) => breaks.test(asks))).map(({ asks }) => asks)).toEqual(
    [],
  );
});

const broken = MUTANTS.flatMap((mutant) =>
  cases.filter(({ asks }) => mutant.breaks.test(asks)).map((each) => ({ mutant, each })),
);

it.each(broken.map(({ mutant, each }) => [mutant.what, each.asks, mutant, each] as const))(
  'a store that %s does not keep: %s',
  async (_what, asks, mutant, each) => {
    const failure = await ask(each, (options) => mutant.open(options)).then(
      () => 'nothing failed',
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(AssertionError);
    expect(String(failure)).toContain(
      `The store breaks its contract: ${asks}.\nBecause: ${each.because}.\nWhat it did: `,
    );
  },
);

it('refuses to begin without open', () => {
  expect(() => storeContract({} as never)).toThrow(/open must be a function/);
});
