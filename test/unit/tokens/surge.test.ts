import { Surge } from '../../../lib/tokens/alarms/surge.js';

const HOUR = 3_600_000;

function add(surge: Surge, count: number, at: number): boolean {
  return Array.from({ length: count }, () => surge.add(at)).some(Boolean);
}

describe('a surge', () => {
  it('has at least so many, however quiet the hour was', () => {
    const surge = new Surge(3);
    expect([surge.add(0), surge.add(4_000), surge.add(5_999)]).toEqual([false, false, true]);
  });

  it('has as many within five seconds, not six', () => {
    const surge = new Surge(3);
    expect([surge.add(0), surge.add(4_000), surge.add(6_000)]).toEqual([false, false, false]);
  });

  it('is far above what the hour was like', () => {
    const surge = new Surge(3);
    // One in six seconds, so that in five, and the second that runs, it is one.
    for (let at = 0; at < HOUR; at += 6_000) surge.add(at);
    expect(add(surge, 11, HOUR)).toBe(false);
    expect(surge.add(HOUR)).toBe(true);
  });

  it.each([
    ['with nothing in between', []],
    ['with something in between', [HOUR / 2, HOUR, 1.5 * HOUR, 2 * HOUR]],
  ])('is not hidden by one of more than an hour before, %s', (_how, between) => {
    const surge = new Surge(3);
    add(surge, 10_000, 0);
    for (const at of between) surge.add(at);
    expect(add(surge, 4, 2.5 * HOUR)).toBe(true);
  });
});
