import { milliseconds } from '../../lib/durations.js';
import { thrownBy } from '../helpers/thrown.js';

describe('milliseconds()', () => {
  it.each([
    [1, 1],
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['14 days', 1_209_600_000],
    ['400d', 34_560_000_000],
  ])('reads %p as %d', (given, expected) => {
    expect(milliseconds('idle', given)).toBe(expected);
  });

  it('answers whole numbers, for a token with a fraction in its times would not open', () => {
    expect(milliseconds('idle', '1.0001s')).toBe(1001);
    expect(milliseconds('idle', 0.25)).toBe(1);
  });

  it.each([
    [0],
    [-1],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [undefined],
    [null],
    [{}],
    [''],
    ['0s'],
    ['-1h'],
    ['60'],
    ['1.5'],
    ['.5'],
    ['soon'],
    ['401d'],
    ['1h 5m'],
    [`${'1'.repeat(200)}s`],
    [10n],
  ])('refuses %p by name', (given) => {
    const error = thrownBy(() => milliseconds('idle', given));
    expect(error.code).toBe('ERR_INVALID_OPTION');
    expect(error.message).toContain('idle takes milliseconds');
  });

  it('keeps to a limit of its own, as for timers, which overflow at 24 days and fire at once', () => {
    expect(milliseconds('requestDeadline', '1h', '1h')).toBe(3_600_000);
    expect(thrownBy(() => milliseconds('requestDeadline', '25d', '1h')).message).toContain('at most "1h"');
  });
});
