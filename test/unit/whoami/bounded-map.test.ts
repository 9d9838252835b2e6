import fc from 'fast-check';
import { BoundedMap } from '../../../lib/whoami/bounded-map.js';

describe('BoundedMap', () => {
  it('drops what was not asked for since the hand came by', () => {
    const map = new BoundedMap<number>(3, 1000);
    for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index, 1);
    map.get('a');
    map.set('d', 3, 1);
    expect(['a', 'b', 'c', 'd'].filter((key) => map.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
  });

  it('makes room by bytes, and does not keep what is larger than itself', () => {
    const map = new BoundedMap<string>(100, 10);
    map.set('a', 'x', 6);
    map.set('b', 'y', 6);
    expect([map.get('a'), map.get('b'), map.bytes]).toEqual([undefined, 'y', 6]);
    map.set('b', 'too large', 11);
    expect([map.get('b'), map.size, map.bytes]).toEqual([undefined, 0, 0]);
  });

  it('counts a replaced value once', () => {
    const map = new BoundedMap<string>(100, 10);
    map.set('a', 'x', 6);
    map.set('a', 'y', 7);
    expect([map.get('a'), map.size, map.bytes]).toEqual(['y', 1, 7]);
    map.clear();
    expect([map.get('a'), map.size, map.bytes]).toEqual([undefined, 0, 0]);
  });

  it('answers only what was last set, and never exceeds its bounds', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', '__proto__', '');
    const step = fc.oneof(
      fc.record({ op: fc.constant('set' as const), key, bytes: fc.integer({ min: 0, max: 12 }) }),
      fc.record({ op: fc.constantFrom('get' as const, 'delete' as const), key, bytes: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const map = new BoundedMap<number>(4, 20);
        const model = new Map<string, { value: number; bytes: number }>();
        for (const [value, { op, key: name, bytes }] of steps.entries()) {
          if (op === 'set') {
            map.set(name, value, bytes);
            model.set(name, { value, bytes });
          } else if (op === 'delete') {
            map.delete(name);
            model.delete(name);
          } else {
            expect([undefined, model.get(name)?.value]).toContain(map.get(name));
          }
          const kept = [...model].filter(([each]) => map.get(each) !== undefined);
          expect(map.size).toBe(kept.length);
          expect(map.bytes).toBe(kept.reduce((sum, [, entry]) => sum + entry.bytes, 0));
          expect(map.size).toBeLessThanOrEqual(4);
          expect(map.bytes).toBeLessThanOrEqual(20);
        }
      }),
    );
  });
});
