/** Issue of 2023: tokens that stop working are noticed within seconds, and what is no such thing raises no alarm. */
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import type { Sighting } from '../../../lib/tokens/alarms/sighting.js';
import { TokenAlarms } from '../../../lib/tokens/alarms/token-alarms.js';
import { recordedEvents } from '../../helpers/recorded-events.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function setUp() {
  const clock = fakeClock();
  const { events, seen } = recordedEvents();
  const alarms = new TokenAlarms(events, clock);
  const see = (name: string, outcome: Sighting['outcome'], since?: number) =>
    alarms.observe({ credential: `hash of ${name}`, token: outcome === 'unknown' ? null : name, outcome, since });
  const all = (count: number, outcome: Sighting['outcome'], since?: number) => {
    for (let n = 0; n < count; n++) see(`t${n}`, outcome, since);
  };
  const of = (code: string) => seen.filter((event) => event.code === code);
  return { clock, alarms, see, all, of };
}

describe('a wave', () => {
  it('is an alarm though each token fails only once, as the third one fails', () => {
    const { clock, see, all, of } = setUp();
    all(3, 'valid');
    clock.advance(HOUR);
    see('t0', 'revoked');
    clock.advance(2 * SECOND);
    see('t1', 'revoked');
    expect(of('tokens.failing')).toEqual([]);
    clock.advance(2 * SECOND);
    see('t2', 'revoked');
    expect(of('tokens.failing')).toMatchObject([
      {
        severity: 'critical',
        message: expect.stringContaining(
          '3 service tokens have stopped working since 2026-01-01T01:00:00.000Z (3 revoked).',
        ),
        detail: { tokens: 3, milliseconds: 4 * SECOND, since: '2026-01-01T01:00:00.000Z', revoked: 3 },
      },
    ]);
  });

  it('of tokens that are seldom used is one within the minute', () => {
    const { clock, see, all, of } = setUp();
    all(6, 'valid');
    for (let n = 0; n < 6; n++) {
      see(`t${n}`, 'expired');
      clock.advance(9 * SECOND);
    }
    expect(of('tokens.failing')).toHaveLength(1);
  });

  it('is told again when it has grown tenfold, and a minute later', () => {
    const { clock, all, see, of } = setUp();
    all(400, 'valid');
    all(100, 'expired');
    expect(of('tokens.failing').map(({ detail }) => detail.tokens)).toEqual([3, 30]);
    clock.advance(MINUTE - 1);
    see('t100', 'expired');
    expect(of('tokens.failing')).toHaveLength(2);
    for (let n = 0; n < 50; n++) see(`later ${n}`, 'valid');
    clock.advance(1);
    for (let n = 0; n < 50; n++) see(`later ${n}`, 'expired');
    expect(of('tokens.failing').map(({ detail }) => detail.tokens)).toEqual([3, 30, 102]);
  });

  it('of nightly jobs is one, though their tokens ended in the afternoon', () => {
    const { clock, all, of } = setUp();
    all(10, 'valid');
    clock.advance(24 * HOUR);
    all(10, 'expired', clock.now() - 12 * HOUR);
    expect(of('tokens.failing')[0]).toMatchObject({ detail: { expired: 3 } });
    expect(of('token.refused')[0]).toMatchObject({ severity: 'warn' });
  });

  it('that comes after five quiet minutes is counted anew', () => {
    const { clock, all, of } = setUp();
    all(50, 'valid');
    all(50, 'damaged');
    clock.advance(6 * MINUTE);
    all(50, 'valid');
    all(50, 'damaged');
    expect(of('tokens.failing').map(({ detail }) => detail.tokens)).toEqual([1, 10, 1, 10]);
  });

  it('that comes soon after the last one is an alarm as well', () => {
    const { clock, all, of } = setUp();
    all(50, 'valid');
    all(50, 'revoked');
    clock.advance(2 * MINUTE);
    all(50, 'valid');
    clock.advance(2 * MINUTE);
    const before = of('tokens.failing').length;
    all(50, 'revoked');
    expect(of('tokens.failing').length).toBeGreaterThan(before);
  });
});

describe('what nobody ordered', () => {
  it('is an alarm by itself: a damaged record', () => {
    const { see, of } = setUp();
    see('t0', 'damaged');
    expect(of('tokens.failing')).toMatchObject([{ detail: { tokens: 1, damaged: 1 } }]);
    expect(of('tokens.failing')[0]?.message).toContain('1 service token has stopped working');
  });

  it('is an alarm by itself: a token that worked here and is known no more', () => {
    const { see, of } = setUp();
    see('t0', 'valid');
    for (let n = 0; n < 100; n++) see('t0', 'unknown');
    expect(of('tokens.failing')).toMatchObject([{ detail: { tokens: 1, missing: 1 } }]);
    expect(of('token.refused')).toMatchObject([{ detail: { reason: 'missing' } }]);
    expect(of('tokens.unknown')).toEqual([]);
  });

  it('is one token, whatever is presented for it', () => {
    const { alarms, of } = setUp();
    for (let n = 0; n < 100; n++) alarms.observe({ credential: `made up ${n}`, token: 't0', outcome: 'damaged' });
    expect(of('tokens.failing')).toMatchObject([{ detail: { tokens: 1, damaged: 1 } }]);
    expect(of('token.refused')).toHaveLength(1);
    expect(alarms.remembered).toBe(1);
  });

  it('is an alarm by itself: a token that only the history knows', () => {
    const { see, of } = setUp();
    see('t0', 'missing');
    expect(of('tokens.failing')).toMatchObject([{ detail: { tokens: 1, missing: 1 } }]);
  });

  it('is told of once, until it works again', () => {
    const { see, clock, of } = setUp();
    for (let n = 0; n < 100; n++) {
      see('t0', 'damaged');
      clock.advance(10 * MINUTE);
    }
    expect(of('tokens.failing')).toHaveLength(1);
    see('t0', 'valid');
    see('t0', 'damaged');
    expect(of('tokens.failing')).toHaveLength(2);
  });
});

describe('no alarm', () => {
  it('for a client that goes on with one expired token, however often', () => {
    const { see, clock, of } = setUp();
    see('t0', 'valid');
    for (let n = 0; n < 1_000; n++) {
      see('t0', 'expired', clock.now());
      clock.advance(100);
    }
    expect(of('tokens.failing')).toEqual([]);
    expect(of('token.refused')).toMatchObject([{ severity: 'warn', detail: { token: 't0', reason: 'expired' } }]);
  });

  it('for a client with the secret from before a rotation, beside one with the new secret', () => {
    const { alarms, of } = setUp();
    for (let n = 0; n < 100; n++) {
      alarms.observe({ credential: 'new', token: 't0', outcome: 'valid' });
      alarms.observe({ credential: 'old', token: 't0', outcome: 'rotated' });
    }
    expect(of('tokens.failing')).toEqual([]);
    expect(of('token.refused')).toHaveLength(1);
  });

  it('for what a scanner makes up; a flood of it is a warning, once a minute', () => {
    const { see, clock, alarms, of } = setUp();
    for (let n = 0; n < 10_000; n++) {
      see(`made up ${n}`, 'unknown');
      clock.advance(10);
    }
    expect(of('tokens.failing')).toEqual([]);
    expect(of('token.refused')).toEqual([]);
    expect(of('tokens.unknown')).toHaveLength(2);
    expect(alarms.remembered).toBe(0);
  });

  it('for a few unknown tokens', () => {
    const { see, clock, of } = setUp();
    for (let n = 0; n < 100; n++) {
      see(`made up ${n}`, 'unknown');
      clock.advance(10 * SECOND);
    }
    expect(of('tokens.unknown')).toEqual([]);
  });

  it('for old failures that a new process is shown at once', () => {
    const { all, clock, of } = setUp();
    all(500, 'expired', clock.now() - HOUR);
    expect(of('tokens.failing')).toEqual([]);
    expect(of('token.refused')).toHaveLength(500);
    expect(of('token.refused')[0]).toMatchObject({ severity: 'info' });
  });

  it('for secrets from before several rotations, of which nobody knows when they ended', () => {
    const { all, of } = setUp();
    all(500, 'rotated');
    expect(of('tokens.failing')).toEqual([]);
  });

  it('but where they have ended since, a new process sounds it though none has worked here', () => {
    const { all, clock, of } = setUp();
    all(500, 'expired', clock.now() - MINUTE);
    expect(of('tokens.failing')[0]).toMatchObject({ detail: { expired: 3 } });
  });
});

it('remembers a token once, and of too many those that came last', () => {
  const { see, alarms, of } = setUp();
  see('steady', 'valid');
  see('steady', 'revoked');
  expect(alarms.remembered).toBe(1);
  see('steady', 'valid');
  expect(alarms.remembered).toBe(1);
  for (let n = 0; n < 19_999; n++) see(`other ${n}`, 'valid');
  see('steady', 'valid');
  see('one more', 'valid');
  see('other 0', 'unknown');
  expect(of('tokens.failing')).toEqual([]);
  see('steady', 'unknown');
  expect(of('tokens.failing')).toHaveLength(1);
});

it('says nothing of secrets: a credential is in no event', () => {
  const { all, of } = setUp();
  all(5, 'valid');
  all(5, 'damaged');
  expect(JSON.stringify([of('tokens.failing'), of('token.refused')])).not.toContain('hash of');
});
