/** However its URL is spelled, the probe is met; and no page of an app ever is taken for it. */
import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { isProbe } from '../../lib/probe/route.js';

const matches = (url: string) => isProbe({ url } as IncomingMessage);

const encoded = (text: string) =>
  [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const SPELLINGS: readonly ((letter: string) => string)[] = [
  (letter) => letter,
  (letter) => letter.toUpperCase(),
  encoded,
  (letter) => encoded(letter).toUpperCase(),
  (letter) => encoded('%') + encoded(letter).slice(1),
];
const PATH = [...'/.well-known/swapproof-probe'];

const spelled = fc
  .array(fc.constantFrom(...SPELLINGS), { minLength: PATH.length, maxLength: PATH.length })
  .map((spellings) => PATH.map((letter, index) => spellings[index]?.(letter)).join(''));
const segment = fc.constantFrom('static', '..', '%2e%2e', '..%2f', 'a.css', ';x', 'b%5c', '%00', '', '~x');
const prefix = fc.array(segment).map((segments) => segments.map((part) => `/${part}`).join(''));
const suffix = fc.constantFrom(
  ...[
    '',
    '/',
    '/x',
    '/x.css',
    '.css',
    ';x.css',
    '%3bx',
    '%00',
    '%0a',
    '%23',
    '%3f',
    '%5c',
    '?a=b',
    '%252f..%252fx',
    '//',
  ],
);

it('is met under any prefix and in any encoding', () => {
  fc.assert(fc.property(prefix, spelled, suffix, (before, path, after) => matches(before + path + after)));
});

it.each([
  '/static/..%2f.well-known/swapproof-probe/x.css',
  '/static/..%252f.well-known%252fswapproof-probe%252fx.css',
  '/a/..;/.well-known;b=c/swapproof-probe',
  '/.well-known//swapproof-probe',
  '/.well-known/./swapproof-probe/robots.txt',
  '\\.well-known\\swapproof-probe\\x',
  'http://example.com/.well-known/swapproof-probe/x',
])('is met as %s', (url) => {
  expect(matches(url)).toBe(true);
});

it.each([
  '/notes/.well-known/other',
  '/notes/.well-known',
  '/swapproof-probe',
  '/swapproof-probe/.well-known',
  '/.well-known/swapproof-probes',
  '/.well-known/swapproof-probe-notes',
  '/.well-known/swapproof-probe_x',
  '/.well-known/x/swapproof-probe',
  '/.well-known/my-swapproof-probe',
  '/x.well-known/swapproof-probe',
  '/?next=/.well-known/swapproof-probe/x',
  '/a?b=.well-known%2fswapproof-probe',
  '/%',
  '',
])('leaves %s to the app', (url) => {
  expect(matches(url)).toBe(false);
});

it('takes no URL for it in which the two names do not stand one after the other', () => {
  const piece = fc.constantFrom(
    ...[
      '.well-known',
      'swapproof-probe',
      'swapproof',
      '-probe',
      '/',
      '.',
      '..',
      ';',
      '%2f',
      '%252f',
      '\\',
      '%5c',
      'x',
      '-',
    ],
  );
  const url = fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`);
  fc.assert(
    fc.property(url, (candidate) => {
      const plain = candidate
        .replaceAll('%252f', '/')
        .replaceAll('%2f', '/')
        .replaceAll('%5c', '/')
        .replaceAll('\\', '/');
      const names = plain.split('/').filter((part) => part !== '' && part !== '.');
      const first = (part: string) => part.split(';', 1)[0];
      const found = names.some(
        (name, index) => /^swapproof-probe(?![\w-])/.test(name) && first(names[index - 1] ?? '') === '.well-known',
      );
      return matches(candidate) === found;
    }),
    { numRuns: 2_000 },
  );
});

it('takes time that grows with the URL, not with its square', () => {
  const long = ['/.well-known;', '/.well-known/./', '%25', '/.well-known/swapproof-prob'].map(
    (part) => `/${part.repeat(4_000)}`,
  );
  const started = performance.now();
  expect(long.map(matches)).toEqual(long.map(() => false));
  expect(performance.now() - started).toBeLessThan(1_000);
});
