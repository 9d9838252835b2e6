import type { Clock } from '../../lib/clock.js';

/** A clock that stands still until told otherwise. Both readings move together. */
export interface FakeClock extends Clock {
  advance(milliseconds: number): void;
}

export function fakeClock(now = Date.UTC(2026, 0, 1)): FakeClock {
  let passed = 0;
  return {
    now: () => now + passed,
    elapsed: () => passed,
    advance(milliseconds) {
      passed += milliseconds;
    },
  };
}
