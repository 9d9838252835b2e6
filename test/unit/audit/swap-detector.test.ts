import { SwapDetector } from '../../../lib/audit/swap-detector.js';
import { recordedEvents } from '../../helpers/recorded-events.js';

const source = { requestId: 'r1', route: 'GET /account' };

function detector() {
  const { events, seen, codes } = recordedEvents();
  return { swaps: new SwapDetector(events), seen, codes };
}

describe('SwapDetector', () => {
  it('reports an activity cookie of another session, with both hashes and the route', () => {
    const { swaps, seen } = detector();
    swaps.observe({ session: 'alice', predecessors: [], activity: 'bob' }, source);
    expect(seen).toMatchObject([
      { code: 'swap.suspected', severity: 'critical', ...source, detail: { session: 'alice', activity: 'bob' } },
    ]);
  });

  it('says nothing of a session that brings its own', () => {
    const { swaps, seen } = detector();
    swaps.observe({ session: 'alice', predecessors: [], activity: 'alice' }, source);
    expect(seen).toEqual([]);
  });

  it('takes a predecessor for a slow answer, no alarm', () => {
    const { swaps, seen } = detector();
    swaps.observe({ session: 'alice', predecessors: ['earlier', 'alice-before'], activity: 'alice-before' }, source);
    expect(seen).toMatchObject([{ code: 'activity.late', severity: 'info' }]);
  });

  it('reports each pair once', () => {
    const { swaps, seen } = detector();
    const pairs = [
      ['a', 'b'],
      ['a', 'b'],
      ['b', 'a'],
      ['a', 'c'],
      ['a', 'b'],
    ] as const;
    for (const [session, activity] of pairs) swaps.observe({ session, predecessors: [], activity }, source);
    expect(seen.map(({ detail }) => [detail.session, detail.activity])).toEqual([
      ['a', 'b'],
      ['b', 'a'],
      ['a', 'c'],
    ]);
  });

  it('remembers ten thousand pairs, and no more', () => {
    const { swaps, seen } = detector();
    const observe = (activity: string) => swaps.observe({ session: 'a', predecessors: [], activity }, source);
    for (let i = 0; i <= 10_000; i++) observe(`b${i}`);
    observe('b1');
    expect(seen).toHaveLength(10_001);
    observe('b0');
    expect(seen).toHaveLength(10_002);
  });
});
