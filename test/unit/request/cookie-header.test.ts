import { parseCookieHeader, withoutCookies } from '../../../lib/request/cookie-header.js';

describe('parseCookieHeader', () => {
  it.each([
    [
      'a=1; b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1;b=2;',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      ' \t a \t=\t 1 \t; b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['a=b=c', [['a', 'b=c']]],
    ['a=', [['a', '']]],
    ['a', []],
    ['', []],
    [';;; ;=;', []],
    ['=a=1', []],
    ['  =x; a=1', [['a', '1']]],
    ['a="1"', [['a', '"1"']]],
    [
      'a="1;b=2"',
      [
        ['a', '"1'],
        ['b', '2"'],
      ],
    ],
    [
      '%61=1; a=%31',
      [
        ['%61', '1'],
        ['a', '%31'],
      ],
    ],
    ['a=%zz', [['a', '%zz']]],
    [
      '__proto__=1; constructor=2',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    ],
    [
      'a=1; a=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['\u00a0a=1', [['\u00a0a', '1']]],
    ['a\0b=1\r\nSet-Cookie: c', [['a\0b', '1\r\nSet-Cookie: c']]],
  ])('reads %j', (header, pairs) => {
    expect(parseCookieHeader(header).map(({ name, value }) => [name, value])).toEqual(pairs);
  });

  it('reads 64 KiB and 1,000 cookies', () => {
    expect(parseCookieHeader(`a=${'x'.repeat(65_536)}`)[0]?.value).toHaveLength(65_536);
    expect(parseCookieHeader(' '.repeat(65_536))).toEqual([]);
    const many = Array.from({ length: 1_000 }, (_, i) => `c${i}=${i}`).join('; ');
    expect(parseCookieHeader(many)).toHaveLength(1_000);
  });
});

describe('withoutCookies', () => {
  it('takes out every copy of the names and keeps the bytes of all others', () => {
    expect(withoutCookies('sid=1; a="x"; sid=2;b; c=%20', new Set(['sid']))).toBe('a="x";b; c=%20');
    expect(withoutCookies('sid=1', new Set(['sid']))).toBe('');
    expect(withoutCookies('SID=1;  sid =2', new Set(['sid']))).toBe('SID=1');
  });

  it('keeps what names no cookie', () => {
    expect(withoutCookies('=sid=1; sid', new Set(['sid']))).toBe('=sid=1; sid');
  });
});
