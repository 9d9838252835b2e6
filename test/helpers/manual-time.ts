import { type FakeClock, fakeClock } from '../../lib/testing/fake-clock.js';
import type { Timers } from '../../lib/timers.js';
import { settled } from './deferred.js';

interface Due {
  readonly at: number;
  readonly run: () => void;
}

/** Time that passes only when told to: a clock, and timers that go by it. */
export interface ManualTime {
  readonly clock: FakeClock;
  readonly timers: Timers;
  /** Lets time pass in steps, running each timer at its moment and all that follows from it. */
  pass(milliseconds: number): Promise<void>;
}

export function manualTime(): ManualTime {
  const clock = fakeClock();
  const pending = new Set<Due>();
  const timers: Timers = {
    after(ms, run) {
      const due = { at: clock.elapsed() + ms, run };
      pending.add(due);
      return () => void pending.delete(due);
    },
  };
  /** What is due next: all timers of the earliest moment up to `until`. */
  const next = (until: number) => {
    const first = Math.min(...[...pending].map(({ at }) => at));
    return first > until ? [] : [...pending].filter(({ at }) => at === first);
  };
  return {
    clock,
    timers,
    async pass(milliseconds) {
      const until = clock.elapsed() + milliseconds;
      await settled();
      for (let due = next(until); due.length > 0; due = next(until)) {
        for (const each of due) {
          if (!pending.delete(each)) continue; // Cancelled by one of the same moment.
          clock.advance(Math.max(0, each.at - clock.elapsed()));
          each.run();
        }
        await settled();
      }
      clock.advance(until - clock.elapsed());
      await settled();
    },
  };
}
