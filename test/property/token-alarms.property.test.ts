/**
 * Seed 003 as a rule: whatever else happens, a wave of tokens that stop working is an alarm within five seconds of its
 * first failure; and nothing that single clients, scanners or a normal trickle do is one.
 */
import fc from 'fast-check';
import { type FakeClock, fakeClock } from '../../lib/testing/fake-clock.js';
import type { Sighting } from '../../lib/tokens/alarms/sighting.js';
import { TokenAlarms } from '../../lib/tokens/alarms/token-alarms.js';
import { type Random, seededRandom } from '../helpers/random.js';
import { recordedEvents } from '../helpers/recorded-events.js';

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const ordered = fc.constantFrom('expired' as const, 'revoked' as const, 'rotated' as const);

class World {
  readonly clock: FakeClock = fakeClock();
  readonly #recorded = recordedEvents();
  readonly alarms = new TokenAlarms(this.#recorded.events, this.clock);

  see(credential: string, outcome: Sighting['outcome'], since?: number): void {
    this.alarms.observe({ credential, token: outcome === 'unknown' ? null : credential, outcome, since });
  }

  get failing(): number {
    return this.#recorded.codes().filter((code) => code === 'tokens.failing').length;
  }

  /** Tokens that expire by chance, so many an hour, each one with a client that goes on for a while. */
  trickle(perHour: number, until: number, random: Random): void {
    for (let n = 0; this.clock.elapsed() < until; n++) {
      const name = `trickle ${n} ${this.clock.elapsed()}`;
      this.see(name, 'valid');
      for (let tries = 0; tries < 3; tries++) this.see(name, 'expired', this.clock.now());
      this.clock.advance((-Math.log(1 - random()) * HOUR) / perHour);
    }
  }
}

it('a wave in which each token fails once is an alarm within five seconds, on top of any trickle up to thirty an hour', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 0, max: 30 }),
      fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 20, maxLength: 60 }),
      ordered,
      (seed, perHour, gaps, outcome) => {
        const world = new World();
        for (let n = 0; n <= gaps.length; n++) world.see(`t${n}`, 'valid');
        if (perHour > 0) world.trickle(perHour, 2 * HOUR, seededRandom(seed));
        const before = world.failing;
        const began = world.clock.elapsed();
        gaps.some((gap, n) => {
          world.see(`t${n}`, outcome, world.clock.now());
          if (world.failing > before) return true;
          world.clock.advance(gap);
          return false;
        });
        return world.failing > before && world.clock.elapsed() - began <= 5 * SECOND;
      },
    ),
  );
});

it('a record that nobody ordered to fail is an alarm at its first failure, whatever came before', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 200 }), (seed, perHour) => {
      const world = new World();
      world.trickle(perHour, HOUR, seededRandom(seed));
      world.clock.advance(301 * SECOND);
      const before = world.failing;
      world.see('damaged', 'damaged');
      return world.failing === before + 1;
    }),
    { numRuns: 50 },
  );
});

it('single clients that go on, old failures after a start, and made up tokens are never an alarm', () => {
  const step = fc.record({
    who: fc.integer({ min: 0, max: 1 }),
    madeUp: fc.nat(),
    old: fc.nat(),
    kind: fc.constantFrom('retry', 'scan', 'old' as const),
    gap: fc.constantFrom(0, 1, 100, SECOND, 60 * SECOND),
    outcome: ordered,
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const world = new World();
      world.see('client 0', 'valid');
      world.see('client 1', 'valid');
      for (const { who, madeUp, old, kind, gap, outcome } of steps) {
        if (kind === 'retry') world.see(`client ${who}`, outcome, world.clock.now());
        if (kind === 'scan') world.see(`made up ${madeUp}`, 'unknown');
        if (kind === 'old') world.see(`old ${old}`, outcome, world.clock.now() - HOUR);
        world.clock.advance(gap);
      }
      return world.failing === 0;
    }),
  );
});

it.each([
  [10, 90],
  [100, 10],
])('a trickle of %i an hour is no alarm in %i days', (perHour, days) => {
  const world = new World();
  world.trickle(perHour, days * DAY, seededRandom(3));
  expect(world.failing).toBe(0);
});

it('one of a thousand an hour is none once it was there for an hour', () => {
  const world = new World();
  const random = seededRandom(3);
  world.trickle(1_000, HOUR, random);
  world.clock.advance(301 * SECOND);
  const before = world.failing;
  world.trickle(1_000, DAY, random);
  expect(world.failing).toBe(before);
});

it('memory is bounded by what was real, however much of it there is', () => {
  const world = new World();
  for (let n = 0; n < 50_000; n++) {
    world.see(`real ${n}`, 'valid');
    world.see(`old ${n}`, 'expired', 0);
    world.see(`made up ${n}`, 'unknown');
  }
  expect(world.alarms.remembered).toBe(40_000);
});
