/** However a URL is written: what a cache could take for a static file, or for another URL, is never plain. */
import fc from 'fast-check';
import { readUrl } from '../../lib/response/ambiguous-url.js';
import { staticExtensions } from '../../lib/response/static-extensions.js';

/** What each of several caches makes of a path before it looks at its end or its beginning. */
const CACHES: readonly ((path: string) => string)[] = [
  (path) => path,
  decoded,
  (path) => decoded(decoded(path)),
  (path) => decoded(path).split(';', 1)[0] ?? '',
  (path) => decoded(path).split('\0', 1)[0] ?? '',
  (path) => decoded(path).split('?', 1)[0] ?? '',
  (path) => decoded(path).split('#', 1)[0] ?? '',
  (path) => decoded(path).replaceAll('\\', '/'),
  (path) => decoded(path).replace(/\/+/g, '/'),
  (path) => new URL(`http://cache${path.startsWith('/') ? '' : '/'}${path}`).pathname,
  (path) => new URL(`http://cache${decoded(path)}`).pathname,
];

function decoded(path: string): string {
  return path.replace(/%[\da-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

const isStaticThere = (path: string) => {
  const extension = /\.([^./]*)$/.exec(path)?.[1]?.toLowerCase();
  return extension !== undefined && staticExtensions.includes(extension);
};

const character = fc.constantFrom(
  ...[
    'a',
    'css',
    '/',
    '.',
    '..',
    ';',
    '%',
    '\\',
    '#',
    '@',
    '~',
    ':',
    '\u00e9',
    '.css',
    '.js',
    '.CSS',
    '%2e',
    '%2F',
    '%3b',
  ],
  ...['%00', '%5c', '%25', '%252f', '%3f', '%23', '%63ss', '%0a', '%7f', '%c3%a9', '%ff', '%20', 'static', 'account'],
);
const path = fc.array(character, { maxLength: 8 }).map((parts) => `/${parts.join('')}`);
const segment = fc.stringMatching(/^[\w~!$&'()*+,:=@-]{1,12}$/);

it('is not plain where any cache would take it for a static file', () => {
  fc.assert(
    fc.property(path, (target) => {
      if (CACHES.some((read) => isStaticThere(read(target)))) expect(readUrl(target)).not.toBe('plain');
    }),
    { numRuns: 5_000 },
  );
});

it('is ambiguous where a cache would read another path', () => {
  const plain = (target: string) => target.replace(/%20|%c3%a9|%63/gi, 'a');
  fc.assert(
    fc.property(path, (target) => {
      const differs = CACHES.some((read) => read(plain(target)) !== plain(target));
      if (differs) expect(readUrl(target)).toBe('ambiguous');
    }),
    { numRuns: 5_000 },
  );
});

it('is plain for segments of ordinary characters, with a dot that names no static file too', () => {
  fc.assert(
    fc.property(fc.array(segment), segment, fc.constantFrom('', '.com', '.html', '.json', '/'), (above, last, end) => {
      expect(readUrl(`/${[...above, last].join('/')}${end}`)).toBe('plain');
    }),
  );
});

it('depends on nothing behind the question mark', () => {
  fc.assert(fc.property(path, fc.string(), (target, query) => readUrl(`${target}?${query}`) === readUrl(target)));
});

it('never throws, whatever it is given', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), path), (target) => {
      expect(['plain', 'static', 'ambiguous']).toContain(readUrl(target));
    }),
  );
});
