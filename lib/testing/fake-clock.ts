/** A clock for tests, given to a kit as its `clock` option: idle and absolute ends are reached without waiting. */
import type { Clock } from '../clock.js';
import { TestingError } from '../errors.js';

/** Stands still until told otherwise. */
export interface FakeClock extends Clock {
  /** Both readings move together; a negative step sets the wall clock back, and no time passes. */
  advance(milliseconds: number): void;
}

/** @param now wall time to begin with, in milliseconds since the epoch */
export function fakeClock(now = Date.UTC(2026, 0, 1)): FakeClock {
  if (!Number.isFinite(now)) refuse('fakeClock(now) takes milliseconds since the epoch, as Date.UTC(2026, 0, 1).');
  let [wall, passed] = [now, 0];
  return {
    now: () => wall,
    elapsed: () => passed,
    advance(milliseconds) {
      if (!Number.isFinite(milliseconds)) refuse('clock.advance(milliseconds) takes a finite number.');
      wall += milliseconds;
      passed += Math.max(0, milliseconds);
    },
  };
}

function refuse(message: string): never {
  throw new TestingError('ERR_INVALID_ARGUMENT', message);
}
