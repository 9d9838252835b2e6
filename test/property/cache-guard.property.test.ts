import fc from 'fast-check';
import { guardCache } from '../../lib/response/cache-guard.js';
import { classify } from '../../lib/response/cacheability.js';
import { opened } from '../helpers/guarded.js';

const directive = fc.constantFrom(
  'public',
  'private',
  'no-store',
  'no-cache',
  'max-age=60',
  'max-age=0',
  's-maxage=60',
  'must-understand',
  'must-revalidate',
  'immutable',
  'private="x"',
  'no-cache="set-cookie, no-store"',
  'stale-while-revalidate=60',
  '!no-store',
  '',
  '"',
  'max-age',
  'x=";',
  '60',
  '@1',
  '?0',
);
const line = fc
  .array(directive, { maxLength: 4 })
  .chain((parts) => fc.constantFrom(', ', ',', ';').map((joint) => parts.join(joint)));
const field = fc.constantFrom(
  'Cache-Control',
  'cache-control',
  'Expires',
  'Pragma',
  'CDN-Cache-Control',
  'Surrogate-Control',
  'Edge-Control',
  'X-Accel-Expires',
  'Vercel-CDN-Cache-Control',
  'Any-Cache-Control',
  'Vary',
  'ETag',
  'X-Other',
);
const headers = fc.array(fc.tuple(field, line), { maxLength: 8 });
const status = fc.constantFrom(200, 203, 206, 301, 302, 304, 404, 500);
const method = fc.constantFrom('GET', 'HEAD', 'POST', 'QUERY', 'DELETE');
const OPTIONS = { declaredPublic: false, mayBePublic: true, isIdentityCookie: () => false, revalidates: true };

type Lines = readonly (readonly [string, string])[];

function guarded(lines: Lines, { code = 200, verb = 'GET', times = 1 } = {}) {
  const { res, context } = opened({ method: verb, headers: [['Cookie', 'sid=1']] });
  for (const [name, value] of lines) res.appendHeader(name, value);
  for (let i = 0; i < times; i++) guardCache(res, code, context, OPTIONS);
  const found = Object.fromEntries(
    Object.entries(res.getHeaders()).map(([name, value]) => [name, [value ?? []].flat().map(String)]),
  );
  return { found, lines: lines.length };
}

describe('PACK', () => {
  it('leaves nothing shareable, whatever the header lines', () => {
    fc.assert(
      fc.property(headers, status, method, (lines, code, verb) => {
        const { found } = guarded(lines, { code, verb });
        expect(found['cache-control']).toEqual(['private, no-store']);
        expect(found).not.toHaveProperty('expires');
        expect(classify(found, 0)).toEqual({ class: 'NOSTORE', shared: false, marked: false });
        expect(
          found.vary
            ?.join(',')
            .toLowerCase()
            .split(/,\s*/)
            .filter((name) => name === 'cookie'),
        ).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(headers, status, (lines, code) => {
        expect(guarded(lines, { code, times: 2 })).toEqual(guarded(lines, { code }));
      }),
    );
  });

  it('does not depend on the order in which headers were set', () => {
    fc.assert(
      fc.property(headers, (lines) => {
        const unordered = (found: Record<string, string[]>) => ({
          ...found,
          vary: found.vary?.join().toLowerCase().split(/,\s*/).sort(),
        });
        const others = lines.filter(([name]) => !['ETag', 'X-Other', 'Pragma'].includes(name));
        expect(unordered(guarded([...others].reverse()).found)).toEqual(unordered(guarded(others).found));
      }),
    );
  });
});

describe('classify', () => {
  it('never throws, and calls nothing private that also says public', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ unit: 'binary' })), { maxLength: 4 }), (lines) => {
        const { class: name } = classify(
          {
            'cache-control': [...lines, 'public'],
            'cdn-cache-control': lines,
            'x-accel-expires': lines,
            'edge-control': lines,
          },
          0,
        );
        expect(['SHARED', 'CONFLICT']).toContain(name);
      }),
      { numRuns: 500 },
    );
  });
});
