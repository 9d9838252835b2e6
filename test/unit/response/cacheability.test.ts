import { classify, type HeaderLines } from '../../../lib/response/cacheability.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const FUTURE = 'Thu, 01 Jan 2026 01:00:00 GMT';
const PAST = 'Thu, 01 Jan 2025 00:00:00 GMT';
const cc = (...lines: string[]): HeaderLines => ({ 'cache-control': lines });
const of = (fields: HeaderLines) => {
  const { class: name, shared, marked } = classify(fields, NOW);
  return `${name}${shared ? ' shared' : ''}${marked ? ' marked' : ''}`;
};

describe('Cache-Control', () => {
  it.each([
    [cc(), 'NONE'],
    [cc(''), 'NONE'],
    [cc(',,'), 'NONE'],
    [cc('no-transform'), 'NONE'],
    [cc('no-store'), 'NOSTORE'],
    [cc('No-Store'), 'NOSTORE'],
    [cc('no-cache, no-store, must-revalidate, max-age=0'), 'NOSTORE'],
    [cc('private', 'no-store'), 'NOSTORE'],
    [cc('private'), 'PRIVATE'],
    [cc('private, max-age=600'), 'PRIVATE'],
    [cc('private, s-maxage=0'), 'PRIVATE'],
    [cc('no-cache'), 'REVAL'],
    [cc('max-age=0'), 'REVAL'],
    [cc('max-age=abc'), 'REVAL'],
    [cc('max-age=-5'), 'REVAL'],
    [cc('must-revalidate'), 'REVAL'],
    [cc('no-cache, max-age=60'), 'REVAL'],
    [cc('public'), 'SHARED shared marked'],
    [cc('PUBLIC'), 'SHARED shared marked'],
    [cc('public, max-age=0'), 'SHARED shared marked'],
    [cc('max-age=60'), 'SHARED shared marked'],
    [cc('max-age="60"'), 'SHARED shared marked'],
    [cc('max-age = 60'), 'SHARED shared marked'],
    [cc('max-age=0', 'max-age=60'), 'SHARED shared marked'],
    [cc('s-maxage=1'), 'SHARED shared marked'],
    [cc('public; max-age=60'), 'SHARED shared marked'],
    [cc('private; max-age=60'), 'SHARED shared marked'],
    [cc('immutable'), 'SHARED shared'],
    [cc('max-age=0, stale-while-revalidate=60'), 'SHARED shared'],
    [cc('stale-if-error=60'), 'SHARED shared'],
    [cc('no-cache="Set-Cookie"'), 'SHARED shared'],
    [cc('private="x-name, set-cookie"'), 'SHARED shared'],
    [cc('private=""'), 'SHARED shared'],
    [cc('private="x", private'), 'PRIVATE'],
    [cc('no-cache="set-cookie, no-store"'), 'SHARED shared'],
    [cc('private, public'), 'CONFLICT shared marked'],
    [cc('no-store', 'public'), 'CONFLICT shared marked'],
    [cc('private, s-maxage=60'), 'CONFLICT shared marked'],
    [cc('no-store, must-understand'), 'CONFLICT shared'],
    [cc('no-store, must-understand, max-age=60'), 'CONFLICT shared marked'],
  ])('%j is %s', (fields, expected) => {
    expect(of(fields)).toBe(expected);
  });

  it('is read to its end, however often a directive comes', () => {
    expect(of(cc(`${'max-age=0,'.repeat(200_000)}max-age=1`))).toBe('SHARED shared marked');
  });
});

describe('Expires and Pragma', () => {
  it.each([
    [{ expires: [FUTURE] }, 'SHARED shared'],
    [{ expires: [PAST] }, 'REVAL'],
    [{ expires: ['0'] }, 'REVAL'],
    [{ expires: ['soon'] }, 'REVAL'],
    [{ expires: [FUTURE], 'cache-control': ['max-age=0'] }, 'REVAL'],
    [{ expires: [FUTURE], 'cache-control': ['private'] }, 'PRIVATE'],
    [{ pragma: ['no-cache'] }, 'REVAL'],
    [{ pragma: ['x'] }, 'NONE'],
  ])('%j is %s', (fields, expected) => {
    expect(of(fields)).toBe(expected);
  });
});

describe('targeted fields', () => {
  it.each([
    [{ 'cdn-cache-control': ['max-age=60'], 'cache-control': ['private, no-store'] }, 'SHARED shared marked'],
    [{ 'vercel-cdn-cache-control': ['public'] }, 'SHARED shared marked'],
    [{ 'some-new-cache-control': ['s-maxage=60'] }, 'SHARED shared marked'],
    [{ 'cdn-cache-control': ['no-store'] }, 'NONE'],
    [{ 'cdn-cache-control': ['no-store'], 'cache-control': ['private'] }, 'PRIVATE'],
    [{ 'cdn-cache-control': ['private'], 'cache-control': ['public'] }, 'SHARED shared marked'],
    [{ 'cdn-cache-control': ['no-cache'], 'cache-control': ['private'] }, 'SHARED shared'],
    [{ 'cdn-cache-control': ['max-age=0'], 'cache-control': ['private'] }, 'SHARED shared'],
    [{ 'cdn-cache-control': [''], 'cache-control': ['no-store'] }, 'SHARED shared'],
    // A Dictionary whose member is false, or a string where a number belongs, denies and permits nothing.
    [{ 'cdn-cache-control': ['no-store=?0'], 'cache-control': ['private'] }, 'SHARED shared'],
    [{ 'cdn-cache-control': ['max-age="60"'], 'cache-control': ['private'] }, 'SHARED shared marked'],
    [{ 'cdn-cache-control': ['private="a"'], 'cache-control': ['private'] }, 'SHARED shared'],
    // The last of several members counts in a Dictionary.
    [{ 'cdn-cache-control': ['no-store, no-store=?0'], 'cache-control': ['private'] }, 'SHARED shared'],
    [{ 'cdn-cache-control': ['private, private="x"'], 'cache-control': ['private'] }, 'SHARED shared'],
    [{ 'cdn-cache-control': ['no-store,'], 'cache-control': ['private'] }, 'PRIVATE'],
    [{ 'cdn-cache-control': ['NO-STORE'], 'cache-control': ['private'] }, 'PRIVATE'],
    [{ 'surrogate-control': ['no-store'], 'cache-control': ['private'] }, 'PRIVATE'],
    [{ 'surrogate-control': ['content="ESI/1.0"'], 'cache-control': ['private'] }, 'SHARED shared'],
    [{ 'surrogate-control': ['private'], 'cache-control': ['private'] }, 'SHARED shared'],
    [{ 'surrogate-control': ['max-age=60'] }, 'SHARED shared marked'],
    [{ 'x-accel-expires': ['0'], 'cache-control': ['private'] }, 'PRIVATE'],
    [{ 'x-accel-expires': ['60'], 'cache-control': ['private'] }, 'SHARED shared marked'],
    [{ 'x-accel-expires': ['@1767225600'], 'cache-control': ['private'] }, 'SHARED shared marked'],
    [{ 'x-accel-expires': ['off'], 'cache-control': ['private'] }, 'SHARED shared'],
    [{ 'edge-control': ['no-store'], 'cache-control': ['private'] }, 'PRIVATE'],
    [{ 'edge-control': ['bypass-cache'], 'cache-control': ['private'] }, 'PRIVATE'],
    [{ 'edge-control': ['!no-store'], 'cache-control': ['private'] }, 'SHARED shared marked'],
    [{ 'edge-control': ['cache-maxage=10m'], 'cache-control': ['private'] }, 'SHARED shared marked'],
    [{ 'edge-control': ['max-age=0'], 'cache-control': ['private'] }, 'SHARED shared'],
    [{ 'cdn-cache-control': ['max-age=60'], 'cache-control': ['private, public'] }, 'CONFLICT shared marked'],
    [{ 'surrogate-key': ['a'] }, 'NONE'],
  ] as [HeaderLines, string][])('%j is %s', (fields, expected) => {
    expect(of(fields)).toBe(expected);
  });
});
