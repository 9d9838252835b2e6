import { systemClock } from '../../lib/clock.js';

/** Two readings set by hand; `lag` passes between the two monotonic readings around a wall one. */
function handClock() {
  const hands = { wall: 1_000_000, monotonic: 500, lag: 0 };
  const clock = systemClock(
    () => {
      hands.monotonic += hands.lag;
      return hands.wall;
    },
    () => hands.monotonic,
  );
  const pass = (wall: number, monotonic: number) => {
    hands.wall += wall;
    hands.monotonic += monotonic;
  };
  return { clock, hands, pass };
}

describe('systemClock()', () => {
  it('tells wall time as now()', () => {
    const { clock, pass } = handClock();
    pass(7, 7);
    expect(clock.now()).toBe(1_000_007);
  });

  it('counts what both clocks saw once', () => {
    const { clock, pass } = handClock();
    const start = clock.elapsed();
    pass(100, 100);
    expect(clock.elapsed() - start).toBe(100);
  });

  it('adds a jump of the wall clock: a machine that slept', () => {
    const { clock, pass } = handClock();
    const start = clock.elapsed();
    pass(60_000, 10);
    expect(clock.elapsed() - start).toBe(60_000);
    pass(10, 10);
    expect(clock.elapsed() - start).toBe(60_010);
  });

  it('never goes back when the wall clock is set back, and counts on', () => {
    const { clock, pass } = handClock();
    const start = clock.elapsed();
    pass(-3_600_000, 10);
    expect(clock.elapsed() - start).toBe(10);
    pass(20, 20);
    expect(clock.elapsed() - start).toBe(30);
  });

  it('ignores what rounding makes of two clocks', () => {
    const { clock, pass } = handClock();
    const start = clock.elapsed();
    for (let i = 0; i < 100; i++) pass(i % 2 ? 2 : 0, 1);
    expect(clock.elapsed() - start).toBe(100);
  });

  it('judges by no pair of readings with a pause in between', () => {
    const { clock, hands, pass } = handClock();
    const start = clock.elapsed();
    hands.lag = 50;
    pass(60_000, 0);
    expect(clock.elapsed() - start).toBe(50);
    hands.lag = 0;
    expect(clock.elapsed() - start).toBe(60_000);
  });

  it('grows with the real clocks', () => {
    const clock = systemClock();
    const first = clock.elapsed();
    expect(clock.elapsed()).toBeGreaterThanOrEqual(first);
  });
});
