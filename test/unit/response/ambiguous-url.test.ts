import { isAmbiguousUrl, readUrl } from '../../../lib/response/ambiguous-url.js';

describe('isAmbiguousUrl', () => {
  it.each([
    '/',
    '/static',
    '/static/',
    '/a.b/c.css',
    '/users/john@example.com',
    '/a%20b',
    '/caf%C3%A9',
    '/a?x=;%00/../%2f',
    '/.well-known/x',
    '/..x',
    '/a..b',
    '/$a/(b)/*',
    '/~user',
    '/a:b',
  ])('is false for %s', (url) => {
    expect(isAmbiguousUrl(url)).toBe(false);
  });

  it.each([
    '',
    '*',
    'static',
    'http://host/static',
    '//static',
    '/a//b',
    '/a;b',
    '/a;x=1/b',
    '/a\\b',
    '/a#b',
    '/a/./b',
    '/a/../b',
    '/a/..',
    '/a/.',
    '/a%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a%3bb',
    '/a%3fb',
    '/a%23b',
    '/a%25b',
    '/a%252fb',
    '/a%2e%2e/b',
    '/a/%2e/b',
    '/a%00',
    '/a\0',
    '/a%0d%0a',
    '/a%7f',
    '/a b',
    '/caf\u00e9',
    '/a%zz',
    '/a%',
    '/a%c0%af',
    '/a%ff',
  ])('is true for %j', (url) => {
    expect(isAmbiguousUrl(url)).toBe(true);
  });
});

describe('readUrl', () => {
  it.each([
    '/app.css',
    '/app.CSS',
    '/.css',
    '/a/b.js',
    '/a/b.min.js',
    '/a.html/x.woff2',
    '/a@b.zip',
    '/john@example.com.au',
    '/a%20b.pdf',
    '/x.%63%73%73',
    '/x.cs%53',
    '/x.css%20',
    '/%78.css',
    '/robots.txt',
    '/app.js.map',
    '/x.css?a=/b',
    '/~a/b,c.7z',
  ])('is static for %s', (url) => {
    expect(readUrl(url)).toBe('static');
  });

  it.each(['/a;x.css', '/a%2Fx.css', '/a%00.css', '/a//x.css', '/a%2ecss', '/../x.css', '/%zz.css'])(
    'is ambiguous for %s, whatever its end',
    (url) => {
      expect(readUrl(url)).toBe('ambiguous');
    },
  );

  it.each([
    '/',
    '/css',
    '/css/',
    '/x.css/',
    '/x.css/y',
    '/x.',
    '/x.css.',
    '/x.cssx',
    '/x.css,',
    '/x.css:1',
    '/x.%C3%A7ss',
    '/users/john@example.com',
    '/users/john@example.co.uk',
    '/v1.2/users',
    '/release-1.2.3',
    '/index.html',
    '/feed.xml',
    '/api/users.json',
    '/.well-known/openid-configuration',
    '/x.constructor',
    '/x.__proto__',
    '/x?y=z.css',
    "/a/$b/(c)/*/!d&e=f+g@h:i,j~k'l",
  ])('is plain for %s', (url) => {
    expect(readUrl(url)).toBe('plain');
  });
});
