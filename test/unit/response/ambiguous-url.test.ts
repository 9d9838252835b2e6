import { isAmbiguousUrl } from '../../../lib/response/ambiguous-url.js';

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
