/** Everything that is patched while a search lasts: put in place for it, and taken away whatever happens. */
import { syncBuiltinESMExports } from 'node:module';
import { TestingError } from '../../errors.js';
import { watchCallbacks } from './callbacks.js';
import { type Realm, realmsOf } from './core.js';
import { asBystander } from './lane.js';
import { Patches } from './patches.js';
import { watchPromises } from './promises.js';

let running: string | null = null;

/**
 * @param functions of the realms to watch, beside Node's own and this file's
 * @throws TestingError ERR_TESTING_IN_PRODUCTION, ERR_INTERLEAVE_RUNNING
 */
export async function watching<T>(
  owner: string,
  functions: readonly object[],
  onLost: (where: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  assertAllowed(owner);
  const patches = new Patches();
  running = owner;
  try {
    watch(functions, patches, onLost);
    return await asBystander(work);
  } finally {
    patches.restore();
    running = null;
  }
}

function watch(functions: readonly object[], patches: Patches, onLost: (where: string) => void): void {
  const realms = realmsOf(functions);
  patches.afterwards(syncBuiltinESMExports);
  watchCallbacks(
    realms.map(({ global }) => global),
    patches,
  );
  for (const { promise } of realms) watchPromises(promise, { patches, onLost });
}

function assertAllowed(owner: string): void {
  if (process.env.NODE_ENV === 'production') {
    throw new TestingError(
      'ERR_TESTING_IN_PRODUCTION',
      `${owner}() patches promises, timers and fs of the whole process, and NODE_ENV is "production". Run it in a test, ` +
        'with NODE_ENV=test.',
    );
  }
  if (running === null && realmsOf([]).every(isUntouched)) return;
  throw new TestingError(
    'ERR_INTERLEAVE_RUNNING',
    `${owner}() was called while ${running ?? 'another copy of this package'} is at work in this process. Await the first ` +
      'one, and take test.concurrent or concurrency away from these tests.',
  );
}

function isUntouched({ promise }: Realm): boolean {
  return Object.getOwnPropertyDescriptor(promise.prototype, 'constructor')?.get === undefined;
}
