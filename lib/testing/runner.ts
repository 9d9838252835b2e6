/**
 * Which of jest, vitest and node:test runs this file, and its functions in one shape: tests are registered while a file
 * loads, so nothing here may wait.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TestingError } from '../errors.js';

/** `describe`, `it` and `afterAll` as the runner has them, for who imports them instead of having them as globals. */
export interface RunnerFunctions {
  readonly describe: (name: string, register: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>, milliseconds: number) => unknown;
  readonly afterAll: (run: () => Promise<void>) => unknown;
}

export interface TestRunner {
  readonly name: 'jest' | 'vitest' | 'node:test' | 'given';
  describe(name: string, register: () => void): void;
  /** @param milliseconds after which the test has failed */
  it(name: string, run: () => Promise<void>, milliseconds: number): void;
  /** A test that is listed as skipped: for what can't be observed. */
  skip(name: string): void;
  afterAll(run: () => Promise<void>): void;
}

type Register = (name: string, run: () => unknown, milliseconds?: number) => unknown;

/** `describe` and its like, of jest, vitest, and of mocha in their clothes. */
interface Globals {
  readonly describe: (name: string, register: () => void) => unknown;
  readonly it: Register & { readonly skip?: Register };
  readonly afterAll: (run: () => Promise<void>) => unknown;
}

/**
 * jest and mocha have globals, and so has vitest with `globals: true`; without them its module is loaded, which is the one
 * that its tests import; else it is node:test.
 * @throws TestingError ERR_TEST_RUNNER if there are no functions to register tests with
 */
export function findRunner(given?: RunnerFunctions): TestRunner {
  if (given !== undefined)
    return isGlobals(given) ? wrapped('given', given) : refuse('runner takes { describe, it, afterAll }.');
  const here: unknown = globalThis;
  if (isGlobals(here)) return wrapped(process.env.VITEST === undefined ? 'jest' : 'vitest', here);
  if (process.env.VITEST !== undefined) return wrapped('vitest', vitestModule());
  if (process.env.JEST_WORKER_ID !== undefined) {
    refuse(
      "jest runs without globals (injectGlobals: false). Pass runner: { describe, it, afterAll } of '@jest/globals'.",
    );
  }
  return nodeTest();
}

function isGlobals(value: unknown): value is Globals {
  return ['describe', 'it', 'afterAll'].every((name) => typeof Reflect.get(Object(value), name) === 'function');
}

function wrapped(name: TestRunner['name'], { describe, it, afterAll }: Globals): TestRunner {
  return {
    name,
    describe: (title, register) => void describe(title, register),
    it: (title, run, milliseconds) => void it(title, run, milliseconds),
    skip: (title) => void (it.skip ?? it)(title, () => {}),
    afterAll: (run) => void afterAll(run),
  };
}

/** Its entry for `require` only throws, so the ES module is loaded by its path, from where the project has it. */
function vitestModule(): Globals {
  try {
    const require = createRequire(join(process.cwd(), 'tests.js'));
    const manifest = require.resolve('vitest/package.json');
    const loaded: unknown = require(join(dirname(manifest), 'dist/index.js'));
    if (isGlobals(loaded)) return loaded;
  } catch (cause) {
    return refuse(ASK_VITEST, cause);
  }
  return refuse(ASK_VITEST);
}

const ASK_VITEST =
  "vitest runs, but its functions can't be loaded from here. Set globals: true in its configuration, or pass " +
  "runner: { describe, it, afterAll } of 'vitest'.";

function nodeTest(): TestRunner {
  const { describe, it, after } = process.getBuiltinModule('node:test');
  return {
    name: 'node:test',
    describe: (title, register) => void describe(title, register),
    it: (title, run, timeout) => void it(title, { timeout }, run),
    skip: (title) => void it(title, { skip: true }),
    afterAll: (run) => void after(run),
  };
}

function refuse(message: string, cause?: unknown): never {
  throw new TestingError('ERR_TEST_RUNNER', message, { cause });
}
