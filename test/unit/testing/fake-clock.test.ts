import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { thrownBy } from '../../helpers/thrown.js';

it('stands still, and moves both readings together', () => {
  const clock = fakeClock(1_000);
  expect([clock.now(), clock.elapsed()]).toEqual([1_000, 0]);
  clock.advance(5);
  clock.advance(0);
  expect([clock.now(), clock.elapsed()]).toEqual([1_005, 5]);
});

it('can be set back, while time goes on', () => {
  const clock = fakeClock(1_000);
  clock.advance(10);
  clock.advance(-500);
  expect([clock.now(), clock.elapsed()]).toEqual([510, 10]);
});

it.each([[Number.NaN], [Number.POSITIVE_INFINITY]])('does not go by %d', (step) => {
  expect(thrownBy(() => fakeClock().advance(step)).code).toBe('ERR_INVALID_ARGUMENT');
});

it('begins at a time', () => {
  expect(thrownBy(() => fakeClock(Number.NaN)).code).toBe('ERR_INVALID_ARGUMENT');
});
