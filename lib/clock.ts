/**
 * Time, in milliseconds. Two readings that must not be confused:
 * `now()` is wall time, for what is written into tokens; `elapsed()` only ever grows and is compared with nothing
 * but itself, for leases and deadlines (design section 7).
 */
export interface Clock {
  now(): number;
  elapsed(): number;
}

/** A wall clock that moved by less than this against the monotonic one has not been stepped, only rounded. */
const STEP = 2;

/**
 * The larger of monotonic and wall time elapsed. A monotonic clock stands still while a machine is suspended, so a
 * lease would outlive the night; a wall clock can be set back. Each jump of the wall clock ahead of the monotonic one
 * is added once; steps back are ignored.
 */
export function systemClock(wall: () => number = Date.now, monotonic: () => number = () => performance.now()): Clock {
  let skipped = 0;
  let lead = wall() - monotonic();
  return {
    now: wall,
    elapsed() {
      const before = monotonic();
      const reading = wall();
      const after = monotonic();
      // A process paused between the two readings would look like a stepped clock: judge only by a tight pair.
      if (after - before < 1) {
        const moved = reading - after - lead;
        if (Math.abs(moved) > STEP) {
          if (moved > 0) skipped += moved;
          lead += moved;
        }
      }
      return after + skipped;
    },
  };
}
