/** What is waited for only so long comes in time, too, where the whole process stood still meanwhile. */
import { settlesWithin } from '../../../../lib/testing/interleave/core.js';

const PATIENCE = 50;

function standStill(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

it('a process that stood still has missed one beat, and not its time', async () => {
  const arrived = new Promise<void>((resolve) => {
    setImmediate(() => {
      standStill(3 * PATIENCE);
      setImmediate(resolve);
    });
  });
  expect(await settlesWithin(PATIENCE, arrived)).toBe(true);
});

it('what never comes is given up, and what fails rejects', async () => {
  expect(await settlesWithin(PATIENCE, new Promise(() => {}))).toBe(false);
  await expect(settlesWithin(PATIENCE, Promise.reject(new Error('no')))).rejects.toThrow('no');
});
