import fc from 'fast-check';
import { Positions } from '../../../lib/revocation/positions.js';

describe('Positions', () => {
  it('holds what was added and not dropped, through any growth', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.option(fc.nat({ max: 1_000 }))), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const positions = new Positions();
        let model: number[] = [];
        let last = 0;
        for (const [gap, drop] of all) {
          last += gap;
          positions.push(last);
          model.push(last);
          if (drop === null) continue;
          positions.dropThrough(drop);
          model = model.filter((position) => position > drop);
        }
        expect(positions.size).toBe(model.length);
        const held = new Set(model);
        for (let position = 0; position <= last + 1; position++) {
          expect(positions.has(position)).toBe(held.has(position));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('holds nothing at first, not even 0', () => {
    expect(new Positions().has(0)).toBe(false);
  });

  it('refuses positions out of order', () => {
    const positions = new Positions();
    positions.push(5);
    expect(() => positions.push(5)).toThrow(RangeError);
    expect(() => positions.push(4)).toThrow(RangeError);
  });
});
