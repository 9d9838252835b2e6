import type { Timers } from '../../lib/revocation/timers.js';
import { settled } from './deferred.js';
import { type FakeClock, fakeClock } from './fake-clock.js';

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
  const next = (until: number) =>
    [...pending].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
  return {
    clock,
    timers,
    async pass(milliseconds) {
      const until = clock.elapsed() + milliseconds;
      await settled();
      for (let due = next(until); due; due = next(until)) {
        pending.delete(due);
        clock.advance(Math.max(0, due.at - clock.elapsed()));
        due.run();
        await settled();
      }
      clock.advance(until - clock.elapsed());
      await settled();
    },
  };
}
