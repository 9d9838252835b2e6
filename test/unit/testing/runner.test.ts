/** Which runner is found, and that its functions are called as each of them has it. */
import nodeTest from 'node:test';
import { findRunner } from '../../../lib/testing/runner.js';
import { thrownBy } from '../../helpers/thrown.js';

const functions = () => ({
  describe: jest.fn(),
  it: Object.assign(jest.fn(), { skip: jest.fn() }),
  afterAll: jest.fn(),
});

/** Runs `work` where these are the only globals and variables of a runner. */
function among<T>(globals: object, variables: Record<string, string>, work: () => T): T {
  const names = ['describe', 'it', 'afterAll'];
  const before = names.map((name) => [name, Reflect.get(globalThis, name)] as const);
  const { VITEST, JEST_WORKER_ID } = process.env;
  for (const name of names) Reflect.set(globalThis, name, Reflect.get(globals, name));
  for (const name of ['VITEST', 'JEST_WORKER_ID']) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, variables);
  try {
    return work();
  } finally {
    for (const [name, value] of before) Reflect.set(globalThis, name, value);
    for (const name of Object.keys(variables)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, {
      ...(VITEST !== undefined && { VITEST }),
      ...(JEST_WORKER_ID !== undefined && { JEST_WORKER_ID }),
    });
  }
}

it('is jest here', () => {
  expect(findRunner().name).toBe('jest');
});

it('is vitest where it has globals', () => {
  const globals = functions();
  const runner = among(globals, { VITEST: 'true' }, () => findRunner());
  runner.describe('a', () => {});
  expect([runner.name, globals.describe.mock.calls.length]).toEqual(['vitest', 1]);
});

it('says what to do where vitest has no globals and is not to be found', () => {
  const error = among({}, { VITEST: 'true' }, () => thrownBy(() => findRunner()));
  expect(error).toMatchObject({ name: 'TestingError', code: 'ERR_TEST_RUNNER' });
  expect(error.message).toContain('globals: true');
});

it('says what to do where jest has no globals', () => {
  const error = among({}, { JEST_WORKER_ID: '1' }, () => thrownBy(() => findRunner()));
  expect(error.message).toContain("of '@jest/globals'");
});

it('is node:test where there is nothing else', () => {
  const calls: unknown[][] = [];
  const spies = (['describe', 'it', 'after'] as const).map((name) =>
    jest.spyOn(nodeTest, name).mockImplementation(((...args: unknown[]) => void calls.push([name, ...args])) as never),
  );
  const runner = among({}, {}, () => findRunner());
  const [register, run] = [() => {}, async () => {}];
  runner.describe('a group', register);
  runner.it('a test', run, 1_000);
  runner.skip('another one');
  runner.afterAll(run);
  for (const spy of spies) spy.mockRestore();
  expect(runner.name).toBe('node:test');
  expect(calls).toEqual([
    ['describe', 'a group', register],
    ['it', 'a test', { timeout: 1_000 }, run],
    ['it', 'another one', { skip: true }],
    ['after', run],
  ]);
});

it('is what is given', () => {
  const given = functions();
  const runner = findRunner(given);
  const run = async () => {};
  runner.it('a test', run, 1_000);
  runner.skip('another one');
  runner.afterAll(run);
  expect(runner.name).toBe('given');
  expect(given.it).toHaveBeenCalledWith('a test', run, 1_000);
  expect(given.it.skip).toHaveBeenCalledWith('another one', expect.any(Function));
  expect(given.afterAll).toHaveBeenCalledWith(run);
});

it('refuses what is given and is none', () => {
  expect(thrownBy(() => Reflect.apply(findRunner, undefined, [{ describe: 1 }]))).toMatchObject({
    code: 'ERR_TEST_RUNNER',
  });
});
