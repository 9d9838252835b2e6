import { assertKnownOptions, list, oneOf } from '../../lib/option-checks.js';
import { thrownBy } from '../helpers/thrown.js';

describe('option checks', () => {
  it('let known options pass, also none', () => {
    expect(() => assertKnownOptions('guard', { public: [] }, ['public', 'headers'])).not.toThrow();
    expect(() => assertKnownOptions('guard', {}, [])).not.toThrow();
  });

  it('name the stranger and everything that there is', () => {
    const error = thrownBy(() => assertKnownOptions('guard', { pubilc: [] }, ['public', 'headers']));
    expect(error.code).toBe('ERR_INVALID_OPTION');
    expect(error.message).toBe('guard has no option "pubilc". It has: public, headers.');
  });

  it('answer a frozen list of their own', () => {
    const given = [1, 2];
    const made = list('sizes', given, (item) => item * 2);
    expect([made, Object.isFrozen(made)]).toEqual([[2, 4], true]);
  });

  it('know one of several words only exactly', () => {
    expect(oneOf('mode', 'a', ['a', 'b'])).toBe('a');
    expect(thrownBy(() => oneOf('mode', 'A', ['a', 'b'])).message).toBe('mode takes: a, b.');
  });
});
