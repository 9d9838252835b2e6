/**
 * The cases of other people's suites that differ behind guard(), each with the reason: they assert the very headers that
 * the guard exists to change. A case counts as accepted only if it fails in the words that are given here.
 */
export interface Accepted {
  readonly reason: string;
  /** How the case says that it fails. */
  readonly failure: RegExp;
  readonly titles: readonly string[];
}

const VARY_BESIDE_A_COOKIE = {
  reason: 'The request brings a session cookie, so the response varies by it.',
  failure: /^(?:expected "Vary" of ".*", got ".*, Cookie"|should not have header Vary)$/,
} as const;

const PRIVATE_BESIDE_A_COOKIE = {
  reason: 'The request brings a session cookie, so the response is private: files are as public as `public` says.',
  failure: /^(?:expected "Cache-Control" of ".*", got "private, no-store"|should not have header Cache-Control)$/i,
} as const;

/** Express 4 and 5, with a session cookie on every request. */
export const WITH_COOKIE: readonly Accepted[] = [
  {
    ...VARY_BESIDE_A_COOKIE,
    titles: [
      'res .format(obj) with canonicalized mime types should Vary: Accept',
      'res .format(obj) with extnames should Vary: Accept',
      'res .format(obj) with parameters should Vary: Accept',
      'res .format(obj) in router should Vary: Accept',
      'res.vary() with an empty array should not set Vary',
      'res.vary() with an array should set the values',
      'res.vary() with a string should set the value',
      'res.vary() when the value is present should not add it again',
    ],
  },
  {
    ...PRIVATE_BESIDE_A_COOKIE,
    titles: [
      'express.static() basic operations should default max-age=0',
      'express.static() cacheControl when false should not include Cache-Control',
      'express.static() cacheControl when false should ignore maxAge',
      'express.static() cacheControl when true should include Cache-Control',
      'express.static() immutable should default to false',
      'express.static() immutable should set immutable directive in Cache-Control',
      'express.static() maxAge should accept string',
      'express.static() maxAge should be reasonable when infinite',
      'res .download(path, options) should allow options to res.sendFile()',
      'res .download(path, filename, options, fn) should allow options to res.sendFile()',
      'res .sendFile(path) should send cache-control by default',
      ...[
        '"cacheControl" option when true should send cache-control header',
        '"cacheControl" option when false should not send cache-control header',
        '"immutable" option when true should send cache-control header with immutable',
        '"immutable" option when false should not send cache-control header with immutable',
        '"maxAge" option should set cache-control max-age to milliseconds',
        '"maxAge" option should cap cache-control max-age to 1 year',
        '"maxAge" option should min cache-control max-age to 0',
        '"maxAge" option should floor cache-control max-age',
        '"maxAge" option when cacheControl: false should not send cache-control',
        '"maxAge" option when string should accept plain number as milliseconds',
        '"maxAge" option when string should accept suffix "s" for seconds',
        '"maxAge" option when string should accept suffix "m" for minutes',
        '"maxAge" option when string should accept suffix "d" for days',
      ].map((rest) => `res .sendFile(path, options) with ${rest}`),
    ],
  },
];

/** Beside these, cases that only Express 4 has. */
export const EXPRESS_4_WITH_COOKIE: readonly Accepted[] = [
  { ...VARY_BESIDE_A_COOKIE, titles: ['res.vary() with no arguments should not set Vary'] },
  {
    ...PRIVATE_BESIDE_A_COOKIE,
    titles: ['res .sendfile(path, fn) should utilize the same options as express.static()'],
  },
];

/** express-session behind guard({ bind }). */
export const WITH_BIND: readonly Accepted[] = [
  {
    reason:
      'They ask by GET for a renewal of the session that they sent; none leaves on a GET, where a cache could keep it.',
    failure: /^(?:should have a cookie header|Invalid value "undefined" for header "Cookie")$/,
    titles: [
      'session() should update cookie expiration when slow write',
      'session() rolling option should force cookie on unmodified session',
      'session() req.session should only set-cookie when modified',
      'session() req.session .cookie .maxAge should set cookie expires relative to maxAge',
      'session() req.session .cookie .maxAge should modify cookie expires when changed',
      'session() req.session .cookie .maxAge should modify cookie expires when changed to large value',
    ],
  },
  {
    reason:
      'It compares Expires in the cookie and in the store: the store keeps the time, the cookie lasts until it is renewed.',
    failure: /^Expected values to be strictly equal:[\s\S]* GMT'/,
    titles: ['session() when response ended should have saved session with updated cookie expiration'],
  },
];
