/** The little of fast-check that is needed, loaded when it is: an app that never interleaves more than two needs none. */
import { TestingError } from '../../errors.js';

/** What `import * as fc from 'fast-check'` answers, 3.1 or later. */
export interface FastCheck {
  readonly nat: (max: number) => unknown;
  readonly array: (each: never, limits: { readonly maxLength: number }) => unknown;
  readonly asyncProperty: (...args: never[]) => unknown;
  readonly check: (...args: never[]) => unknown;
}

export interface ChoiceSearch {
  /** How many can be chosen from at each point. */
  readonly among: number;
  /** How many points there are at most; what comes after is chosen as 0. */
  readonly points: number;
  readonly runs: number;
  readonly seed?: number | undefined;
  readonly path?: string | undefined;
  readonly milliseconds: number;
}

/** What fast-check says of a search. */
export interface Checked {
  readonly failed: boolean;
  readonly numRuns: number;
  readonly seed: number;
  readonly counterexamplePath: string | null;
  /** It ended before all runs were made. */
  readonly interrupted: boolean;
}

/** fast-check as it is used here; its own types would be needed by everybody who only reads ours. */
interface Library {
  nat(max: number): unknown;
  array(each: unknown, limits: { maxLength: number }): unknown;
  asyncProperty(arbitrary: unknown, holds: (choices: readonly number[]) => Promise<void>): unknown;
  check(property: unknown, parameters: object): Promise<Checked>;
}

/** @throws TestingError ERR_TESTING_DEPENDENCY if it is not there */
export async function loadFastCheck(given: FastCheck | undefined): Promise<FastCheck> {
  if (given !== undefined) return given;
  try {
    return (await import('fast-check')) as unknown as FastCheck;
  } catch (cause) {
    throw new TestingError(
      'ERR_TESTING_DEPENDENCY',
      'interleaveAll() lets fast-check choose the order. Install it: npm install --save-dev fast-check',
      { cause },
    );
  }
}

/** Lists of choices, random ones first, ever simpler ones once one has failed: 0 is the simplest choice. */
export function searchChoices(
  library: FastCheck,
  search: ChoiceSearch,
  holds: (choices: readonly number[]) => Promise<void>,
): Promise<Checked> {
  const fc = library as unknown as Library;
  const lists = fc.array(fc.nat(search.among - 1), { maxLength: search.points });
  return fc.check(fc.asyncProperty(lists, holds), {
    numRuns: search.runs,
    interruptAfterTimeLimit: search.milliseconds,
    ...(search.seed !== undefined && { seed: search.seed }),
    ...(search.path !== undefined && { path: search.path }),
  });
}
