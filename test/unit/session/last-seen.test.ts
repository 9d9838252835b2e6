import { LastSeen } from '../../../lib/session/last-seen.js';
import type { Registry } from '../../../lib/session/registry.js';
import { fakeClock } from '../../../lib/testing/fake-clock.js';
import { type Deferred, deferred, settled } from '../../helpers/deferred.js';
import { recordedEvents } from '../../helpers/recorded-events.js';

const MINUTE = 60_000;

/** A registry that notes what is written, and fails or waits where told to. */
function setUp(outcome: { fails?: boolean; held?: Deferred<void> } = {}, idle?: number) {
  const clock = fakeClock(0);
  const writes: [string, number][][] = [];
  const registry = {
    async seen(marks: ReadonlyMap<string, number>) {
      writes.push([...marks]);
      await outcome.held?.promise;
      if (outcome.fails) throw new Error('disk full');
    },
  } as Registry;
  const { events, codes } = recordedEvents();
  return { lastSeen: new LastSeen(registry, clock, events, idle), clock, writes, codes, outcome };
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
afterEach(() => jest.useRealTimers());

describe('LastSeen', () => {
  it('gathers marks and writes them together a second later, out of the path of any request', async () => {
    const { lastSeen, clock, writes } = setUp();
    lastSeen.mark('a');
    clock.advance(500);
    lastSeen.mark('b');
    expect(writes).toEqual([]);
    jest.advanceTimersByTime(1_000);
    await settled();
    expect(writes).toEqual([
      [
        ['a', 0],
        ['b', 500],
      ],
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('writes a session once a minute at most', async () => {
    const { lastSeen, clock, writes } = setUp();
    for (let second = 0; second <= 60; second++) {
      lastSeen.mark('a');
      await lastSeen.flush();
      clock.advance(1_000);
    }
    expect(writes).toEqual([[['a', 0]], [['a', MINUTE]]]);
  });

  it('writes once also where marks come while the write is under way', async () => {
    const held = deferred<void>();
    const { lastSeen, writes } = setUp({ held });
    lastSeen.mark('a');
    const first = lastSeen.flush();
    await settled();
    lastSeen.mark('a');
    held.resolve();
    await first;
    await lastSeen.flush();
    expect(writes).toHaveLength(1);
  });

  it('goes on writing after the wall clock was set back', async () => {
    const { lastSeen, clock, writes } = setUp();
    lastSeen.mark('a');
    await lastSeen.flush();
    clock.advance(-24 * 60 * MINUTE);
    lastSeen.mark('a');
    await lastSeen.flush();
    expect(writes).toHaveLength(2);
  });

  it('keeps marks that could not be written, and tries them again with the next one', async () => {
    const { lastSeen, clock, writes, codes, outcome } = setUp({ fails: true });
    lastSeen.mark('a');
    lastSeen.mark('b');
    await lastSeen.flush();
    expect(codes()).toEqual(['store.unavailable']);
    outcome.fails = false;
    clock.advance(5);
    lastSeen.mark('b');
    jest.advanceTimersByTime(1_000);
    await settled();
    expect(writes[1]).toEqual([
      ['a', 0],
      ['b', 5],
    ]);
  });

  it('has the newer of a mark that failed and one that came meanwhile', async () => {
    const held = deferred<void>();
    const { lastSeen, clock, writes, outcome } = setUp({ fails: true, held });
    lastSeen.mark('a');
    const failing = lastSeen.flush();
    await settled();
    clock.advance(MINUTE);
    lastSeen.mark('a');
    held.resolve();
    await failing;
    outcome.fails = false;
    await lastSeen.flush();
    expect(writes[1]).toEqual([['a', MINUTE]]);
  });

  it('writes nothing where nothing was marked', async () => {
    const { lastSeen, writes } = setUp();
    await lastSeen.flush();
    expect(writes).toEqual([]);
  });

  it('keeps a hundred thousand marks while the store is away, the newest', async () => {
    const { lastSeen, writes, outcome } = setUp({ fails: true });
    for (let i = 0; i < 100_001; i++) lastSeen.mark(`s${i}`);
    await lastSeen.flush();
    outcome.fails = false;
    await lastSeen.flush();
    expect([writes[1]?.length, writes[1]?.[0]?.[0]]).toEqual([100_000, 's1']);
  });

  it('writes more often where a session is over before a minute, so that use keeps a token alive', async () => {
    const { lastSeen, clock, writes } = setUp({}, 40_000);
    for (const step of [0, 3_999, 1]) {
      clock.advance(step);
      lastSeen.mark('a');
      await lastSeen.flush();
    }
    expect(writes.flat()).toEqual([
      ['a', 0],
      ['a', 4_000],
    ]);
  });
});
