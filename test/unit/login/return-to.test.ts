import { isLocalPath, loginUrl, returnTo } from '../../../lib/login/return-to.js';
import { fakeRequest } from '../../helpers/wire.js';

function request(url: string, added: object = {}) {
  return Object.assign(fakeRequest({ url }), added);
}

describe('isLocalPath()', () => {
  it.each([
    '/',
    '/account',
    '/a/b?c=d&e=https://x.example/',
    '/a#b',
    '/%2f%2fhost',
    '/@user',
    '/:80',
    '/a//b',
    '/\u00fcber',
  ])('takes %p', (path) => expect(isLocalPath(path)).toBe(true));

  it.each([
    '',
    'account',
    '//host',
    '///host',
    '/\\host',
    '\\\\host',
    '/a\\b',
    'https://host/',
    'javascript:alert(1)',
    '/\t/host',
    '/a\nb',
    '/a\r\nSet-Cookie: x',
    '/ ',
    '/a\u00a0',
    '/\u2028',
    '/\u0085',
    '/\ud800',
    ' /a',
    '/.//host',
    '/..//host',
    '/%2e//host',
    '/a/..//host',
    'https:host',
    'https:/host',
    'https:\\\\host',
    'HTTPS://host/',
    'https://user:pass@host/',
    'https://this.example@host/',
    '//user:pass@host/',
    '//this.example@host/',
    '/\\user:pass@host/',
    '/\t/user@host',
    '\r\n//host',
    '/\r\n/host',
    '/\r\nLocation: https://host/',
    '%2f%2fhost',
    '%2Fhost',
    '%5c%5chost',
    '%68ttps://host',
    'data:text/html,x',
    '?return_to=//host',
    '#//host',
    './/host',
    '@host',
    ':80',
  ])('refuses %p', (path) => expect(isLocalPath(path)).toBe(false));

  it.each([undefined, null, 7, {}, ['/a'], { toString: () => '/a' }])('refuses what is no string: %p', (value) => {
    expect(isLocalPath(value)).toBe(false);
  });

  it('takes 256 bytes and no more, in whatever script', () => {
    expect(isLocalPath(`/${'a'.repeat(255)}`)).toBe(true);
    expect(isLocalPath(`/${'a'.repeat(256)}`)).toBe(false);
    expect(isLocalPath(`/${'\u00e9'.repeat(128)}`)).toBe(false);
  });
});

describe('returnTo()', () => {
  it('reads the form, then the query', () => {
    expect(returnTo(request('/login?return_to=%2Fquery'), '/')).toBe('/query');
    expect(returnTo(request('/login?return_to=/query', { body: { return_to: '/form' } }), '/')).toBe('/form');
  });

  it('reads the whole URL where a router has cut it', () => {
    expect(returnTo(request('/', { originalUrl: '/login?return_to=/a?b=c' }), '/')).toBe('/a?b=c');
  });

  it('falls back where nothing safe was asked for', () => {
    expect(returnTo(request('/login'), '/home')).toBe('/home');
    expect(returnTo(request('/login?return_to=//evil.example'), '/home')).toBe('/home');
    expect(returnTo(request('/login?return_to=/a', { body: { return_to: '//evil.example' } }), '/home')).toBe('/home');
    expect(returnTo(request('/login', { body: { return_to: ['/a', '/b'] } }), '/home')).toBe('/home');
    expect(returnTo(request('/login', { body: 'return_to=/a' }), '/home')).toBe('/home');
  });
});

describe('loginUrl()', () => {
  it('carries the path and query of the request', () => {
    expect(loginUrl(request('/account?tab=1&x=2'), '/login')).toBe('/login?return_to=%2Faccount%3Ftab%3D1%26x%3D2');
    expect(loginUrl(request('/', { originalUrl: '/shop/' }), '/login?lang=de')).toBe(
      '/login?lang=de&return_to=%2Fshop%2F',
    );
  });

  it('comes back to where it began', () => {
    const here = '/account?q=a%20b+c&return_to=/x';
    expect(returnTo(request(loginUrl(request(here), '/login')), '/')).toBe(here);
  });

  it.each(['//evil.example/x', `/${'a'.repeat(300)}`])('leaves out what it would not follow: %p', (url) => {
    expect(loginUrl(request(url), '/login')).toBe('/login');
  });
});
