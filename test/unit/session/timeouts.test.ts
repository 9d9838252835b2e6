import {
  idleOf,
  isDueForRenewal,
  isExpired,
  isIdle,
  lifetimeOf,
  longestLifetime,
} from '../../../lib/session/timeouts.js';

const NOW = 1_000_000;
const IDLE = 1_000;

it('both timeouts of a remembered session are rememberFor', () => {
  const timeouts = { idle: 1, absolute: 2, rememberFor: 3 };
  const both = (remembered: boolean) => [idleOf(timeouts, { remembered }), lifetimeOf(timeouts, { remembered })];
  expect([both(false), both(true)]).toEqual([
    [1, 2],
    [3, 3],
  ]);
  expect([longestLifetime(timeouts), longestLifetime({ ...timeouts, absolute: 4 })]).toEqual([3, 4]);
});

it('a session ends at its expiry, not after it', () => {
  expect([isExpired(NOW + 1, NOW), isExpired(NOW, NOW), isExpired(NOW - 1, NOW)]).toEqual([false, true, true]);
});

it('a session is idle once the idle time has passed', () => {
  expect([isIdle(NOW, NOW, IDLE), isIdle(NOW - 999, NOW, IDLE), isIdle(NOW - 1_000, NOW, IDLE)]).toEqual([
    false,
    false,
    true,
  ]);
});

it('a clock that was set back, or runs ahead elsewhere, keeps nobody in beyond the idle time', () => {
  expect(isIdle(NOW + 999, NOW, IDLE)).toBe(false);
  expect(isIdle(NOW + 1_000, NOW, IDLE)).toBe(true);
});

it('the activity cookie is due after a tenth of the idle time, and where it says a time to come', () => {
  expect([isDueForRenewal(NOW - 99, NOW, IDLE), isDueForRenewal(NOW - 100, NOW, IDLE)]).toEqual([false, true]);
  expect([isDueForRenewal(NOW + 99, NOW, IDLE), isDueForRenewal(NOW + 100, NOW, IDLE)]).toEqual([false, true]);
  expect(isDueForRenewal(Number.NEGATIVE_INFINITY, NOW, IDLE)).toBe(true);
});
