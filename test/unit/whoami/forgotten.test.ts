import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { Forgotten } from '../../../lib/whoami/forgotten.js';

const reading = (number: number, startedAt = 0) => ({ subject: 'u', session: 's', number, startedAt });

describe('Forgotten', () => {
  it('covers what a load read that started before the mark, and nothing later', () => {
    const forgotten = new Forgotten({ clock: fakeClock(), horizon: 1000 });
    forgotten.mark({ subject: 'u' }, 7);
    expect([6, 7, 8].map((number) => forgotten.covers(reading(number), 0))).toEqual([true, true, false]);
    forgotten.mark({ session: 's' }, 9);
    expect([9, 10].map((number) => forgotten.covers(reading(number), 0))).toEqual([true, false]);
    forgotten.mark('everyone', 12);
    expect([12, 13].map((number) => forgotten.covers(reading(number), 0))).toEqual([true, false]);
  });

  it('keeps subjects and sessions of one name apart', () => {
    const forgotten = new Forgotten({ clock: fakeClock(), horizon: 1000 });
    forgotten.mark({ subject: 's' }, 7);
    forgotten.mark({ session: 'u' }, 7);
    expect(forgotten.covers(reading(7), 0)).toBe(false);
  });

  it('covers all that is older than its memory', () => {
    const clock = fakeClock();
    const forgotten = new Forgotten({ clock, horizon: 1000 });
    forgotten.mark({ subject: 'u' }, 7);
    clock.advance(1001);
    forgotten.mark({ subject: 'another' }, 8);
    expect(forgotten.covers(reading(7, 0), 1001)).toBe(true);
    expect(forgotten.covers(reading(9, 500), 1001)).toBe(false);
  });

  it('with too many marks forgets more, never less', () => {
    const forgotten = new Forgotten({ clock: fakeClock(), horizon: 1000, maxMarks: 2 });
    forgotten.mark({ subject: 'u' }, 3);
    for (const [index, subject] of ['a', 'b', 'c'].entries()) forgotten.mark({ subject }, 4 + index);
    expect([3, 4, 5].map((number) => forgotten.covers(reading(number), 0))).toEqual([true, true, false]);
  });

  it('with too many sessions takes nothing back of what it forgot with too many subjects', () => {
    const forgotten = new Forgotten({ clock: fakeClock(), horizon: 1000, maxMarks: 1 });
    forgotten.mark({ session: 'a' }, 3);
    forgotten.mark({ subject: 'b' }, 7);
    forgotten.mark({ subject: 'c' }, 8);
    forgotten.mark({ session: 'd' }, 9);
    expect([7, 8].map((number) => forgotten.covers(reading(number), 0))).toEqual([true, false]);
  });
});
