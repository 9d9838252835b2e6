import fc from 'fast-check';
import { isLocalPath, loginUrl, returnTo } from '../../lib/login/return-to.js';
import { fakeRequest } from '../helpers/wire.js';

const BASE = 'https://app.example/login';

/** What people have tried to leave a site with. */
const TRICKS = [
  '//',
  '///',
  '/\\',
  '\\',
  '\\\\',
  '/',
  '/.',
  '/..',
  '.',
  '@',
  ':',
  '?',
  '#',
  ';',
  'https:',
  'https://',
  'HtTpS:/',
  'javascript:',
  'data:',
  '%2f',
  '%5c',
  '%09',
  '%0d%0a',
  '\r\n',
  '\t',
  '\0',
  '\v',
  ' ',
  '\u00a0',
  '\u2028',
  '\u3000',
  '\ufeff',
  '\u0085',
  'evil.example',
  'user:pass@evil.example',
  'app.example',
  '\u3002',
  '\uff0f',
  '\ud800',
  'Set-Cookie: a=b',
  '[::1]',
  '0x7f.1',
];

const hostile = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...TRICKS) }, fc.string({ unit: 'binary', maxLength: 3 })), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

const anything = fc.oneof(
  hostile,
  hostile.map((text) => `/${text}`),
);

function asked(value: string): string {
  return returnTo(Object.assign(fakeRequest(), { body: { return_to: value } }), '/fallback');
}

describe('return_to', () => {
  it('never leaves the site, by the parser that browsers use', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const target = asked(value);
        expect(new URL(target, BASE).origin).toBe('https://app.example');
      }),
      { numRuns: 5_000 },
    );
  });

  it('does not leave it when its path is followed a second time', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const once = new URL(asked(value), BASE);
        expect(new URL(once.pathname + once.search, BASE).origin).toBe('https://app.example');
      }),
      { numRuns: 5_000 },
    );
  });

  it('holds nothing that ends a header or that a browser would drop', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const target = asked(value);
        expect(target).not.toMatch(/[\p{Cc}\s\\]/u);
        expect(Buffer.byteLength(target)).toBeLessThanOrEqual(256);
      }),
    );
  });

  it('is kept as it came, or not at all', () => {
    fc.assert(fc.property(anything, (value) => expect([value, '/fallback']).toContain(asked(value))));
  });

  it('takes every plain path of a site', () => {
    const segment = fc.stringMatching(/^[a-z0-9_.~-]{1,12}$/).filter((text) => !/^\.+$/.test(text));
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 5 }), fc.webQueryParameters({ size: 'small' }), (path, query) => {
        const url = `/${path.join('/')}?${query}`;
        fc.pre(url.length <= 256);
        expect(isLocalPath(url)).toBe(true);
      }),
    );
  });

  it('comes back from the login page as it went in, or stays at home', () => {
    fc.assert(
      fc.property(anything, (url) => {
        const login = loginUrl(Object.assign(fakeRequest(), { originalUrl: url }), '/login');
        expect(new URL(login, BASE).pathname).toBe('/login');
        const target = returnTo(fakeRequest({ url: login }), '/fallback');
        expect([url, '/fallback']).toContain(target);
      }),
    );
  });
});
