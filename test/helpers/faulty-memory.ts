/** A memory() that can be broken, and held in the middle of a step. */
import { memory } from '../../lib/stores/memory.js';
import type { Store } from '../../lib/stores/store.js';
import { type FaultyStore, faultyStore } from '../../lib/testing/faults/faulty-store.js';
import { deferred } from './deferred.js';

/** By the kit's clock: long enough that no background poll comes while a test runs. */
export const LEASE = 600_000;

export function faultyMemory(inner: Store = memory({ insecureInProduction: true })): FaultyStore {
  return faultyStore(inner, { lease: LEASE });
}

/** Holds every poll until released; `reached` resolves at the first one. */
export function holdPolls({ faults: { log } }: FaultyStore) {
  const reached = deferred<void>();
  const open = deferred<void>();
  log.poll = async (real) => {
    reached.resolve();
    await open.promise;
    return real();
  };
  return {
    reached: reached.promise,
    release() {
      log.poll = undefined;
      open.resolve();
    },
  };
}
