import { Forgotten } from '../../../lib/whoami/forgotten.js';
import { fakeClock } from '../../helpers/fake-clock.js';

const reading = (number: number, startedAt = 0) => ({ subject: 'u', session: 's', number, startedAt });

describe('Forgotten', () => {
  it('covers what a load read that started before the mark, and nothing later', () => {
    const forgotten = new Forgotten({ clock: fakeClock(), horizon: 1000 });
    forgotten.mark({ subject: 'u' }, 7);
    expect([6, 7, 8].map((number) => forgotten.covers(reading(number)))).toEqual([true, true, false]);
    forgotten.mark({ session: 's' }, 9);
    expect([9, 10].map((number) => forgotten.covers(reading(number)))).toEqual([true, false]);
    forgotten.mark('everyone', 12);
    expect([12, 13].map((number) => forgotten.covers(reading(number)))).toEqual([true, false]);
  });

  it('keeps subjects and sessions of one name apart', () => {
    const forgotten = new Forgotten({ clock: fakeClock(), horizon: 1000 });
    forgotten.mark({ subject: 's' }, 7);
    forgotten.mark({ session: 'u' }, 7);
    expect(forgotten.covers(reading(7))).toBe(false);
  });

  it('covers all that is older than its memory', () => {
    const clock = fakeClock();
    const forgotten = new Forgotten({ clock, horizon: 1000 });
    forgotten.mark({ subject: 'u' }, 7);
    clock.advance(1001);
    forgotten.mark({ subject: 'another' }, 8);
    expect(forgotten.covers(reading(7, 0))).toBe(true);
    expect(forgotten.covers(reading(9, 500))).toBe(false);
  });

  it('with too many marks forgets more, never less', () => {
    const forgotten = new Forgotten({ clock: fakeClock(), horizon: 1000, maxMarks: 2 });
    forgotten.mark({ subject: 'u' }, 3);
    for (const [index, subject] of ['a', 'b', 'c'].entries()) forgotten.mark({ subject }, 4 + index);
    expect([3, 4, 5].map((number) => forgotten.covers(reading(number)))).toEqual([true, true, false]);
  });
});
