import fc from 'fast-check';
import { readRequestDirectives } from '../../../lib/whoami/request-directives.js';

const ANY = Number.POSITIVE_INFINITY;

describe('readRequestDirectives', () => {
  it.each<[string | undefined, number, boolean]>([
    [undefined, ANY, false],
    ['', ANY, false],
    ['max-age=60', 60_000, false],
    ['max-age="60"', 60_000, false],
    [' Max-Age = 60 , ONLY-IF-CACHED', 60_000, true],
    ['max-age=0', 0, false],
    ['max-age=00', 0, false],
    ['no-cache', 0, false],
    ['no-cache, max-age=60', 0, false],
    ['max-age=60, max-age=10', 10_000, false],
    ['only-if-cached', ANY, true],
    ['max-stale=60, no-transform, min-fresh=1', ANY, false],
    ['x-max-age=0', ANY, false],
    [`max-age=${'9'.repeat(400)}`, ANY, false],
  ])('reads %j', (header, maxAge, onlyIfCached) => {
    expect(readRequestDirectives(header)).toEqual({ maxAge, onlyIfCached });
  });

  it.each([
    'max-age',
    'max-age=',
    'max-age=-1',
    'max-age=1.5',
    'max-age=0x10',
    'max-age=1e9',
    'max-age=Infinity',
    'max-age="',
  ])('takes %j, which can not be read, for the strictest', (header) => {
    expect(readRequestDirectives(header).maxAge).toBe(0);
  });

  it('never throws, and never answers less than 0 or NaN', () => {
    const word = fc.constantFrom('max-age', 'no-cache', 'only-if-cached', '=', ',', '"', ' ', '0', '5', '\\', '\u00e9');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join('')),
        ),
        (header) => {
          expect(readRequestDirectives(header).maxAge).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});
