import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { SessionError } from '../../lib/errors.js';
import { checkedData, patched } from '../../lib/session/data.js';

/** Nearly anything: dates, maps, holes, symbols, negative zero, objects without a prototype, typed arrays. */
const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withSparseArray: true,
  withTypedArray: true,
  withObjectString: true,
});
const keys = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toJSON'));
const MARK = 'tell-nobody';

function checkedOrError(value: unknown): { data: unknown } | { error: unknown } {
  try {
    return { data: checkedData(value) };
  } catch (error) {
    return { error };
  }
}

describe('session data', () => {
  it('that are accepted survive JSON exactly; all else is refused by its path', () => {
    fc.assert(
      fc.property(fc.oneof(anything, fc.dictionary(keys, anything)), (value) => {
        const outcome = checkedOrError(value);
        if ('data' in outcome) {
          const back: unknown = JSON.parse(JSON.stringify(outcome.data));
          expect(isDeepStrictEqual(back, outcome.data)).toBe(true);
          expect(JSON.stringify(back)).toBe(JSON.stringify(outcome.data));
        } else {
          expect(outcome.error).toBeInstanceOf(SessionError);
          expect(outcome.error).toMatchObject({ code: 'ERR_SESSION_DATA_INVALID' });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('that are JSON are all accepted, as they are', () => {
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue({ maxDepth: 5 })), (value) => {
        expect(JSON.stringify(checkedData(value))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('never show a value in what refuses them', () => {
    const bad = fc.constantFrom(() => MARK, Symbol(MARK), new Map([[MARK, MARK]]), Object(MARK), new Error(MARK), [
      MARK,
      undefined,
    ]);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.constant(MARK)), fc.string(), bad, (good, key, value) => {
        const outcome = checkedOrError({ ...good, [`${key}!`]: { a: [value] } });
        expect('error' in outcome && String(outcome.error)).not.toContain(MARK);
        expect('error' in outcome).toBe(true);
      }),
    );
  });

  it('are not changed by whoever holds what was given', () => {
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), (value) => {
        const data = checkedData(value);
        const before = JSON.stringify(data);
        for (const key of Object.keys(value)) delete value[key];
        expect(JSON.stringify(data)).toBe(before);
      }),
    );
  });

  it('take patches as Object.assign would, but for undefined', () => {
    const patch = fc.dictionary(keys, fc.option(fc.jsonValue(), { nil: undefined }));
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), patch, (value, given) => {
        const data = patched(checkedData(value), given);
        for (const key of new Set([...Object.keys(value), ...Object.keys(given)])) {
          const expected = Object.hasOwn(given, key) ? given[key] : value[key];
          expect(Object.hasOwn(data, key)).toBe(expected !== undefined);
          if (expected !== undefined)
            expect(JSON.stringify(Object.getOwnPropertyDescriptor(data, key)?.value)).toBe(JSON.stringify(expected));
        }
      }),
    );
  });
});
