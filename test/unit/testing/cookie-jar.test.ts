/**
 * A jar that is kinder than browsers would hide swaps, one that is stricter would invent them. Facts: RFC 6265bis, and
 * what Chromium 156 and Firefox 153 were seen to do on loopback.
 */
import { type CookieJar, cookieJar } from '../../../lib/testing/browser/cookie-jar.js';
import { type FakeClock, fakeClock } from '../../../lib/testing/fake-clock.js';
import { thrownBy } from '../../helpers/thrown.js';

let clock: FakeClock;
let jar: CookieJar;

beforeEach(() => {
  clock = fakeClock(Date.UTC(2026, 10, 21));
  jar = cookieJar({ clock });
});

function stored(...lines: string[]): string {
  for (const line of lines) jar.store(line);
  return jar.header('/');
}

describe('what is kept', () => {
  it('is the last of two cookies of one name and path; an unchanged value keeps its place', () => {
    expect(stored('a=1; Path=/', 'b=2; Path=/', 'a=3; Path=/')).toBe('b=2; a=3');
    expect(stored('b=2; Path=/')).toBe('b=2; a=3');
  });

  it.each([
    ['__Host-a=1; Path=/'],
    ['__Host-a=1; Path=/x; Secure'],
    ['__Host-a=1; Secure'],
    ['__Host-a=1; Path=/; Secure; Domain=127.0.0.1'],
    ['__hOST-a=1; Path=/'],
    ['__Secure-a=1; Path=/'],
    ['__Http-a=1; Secure'],
    ['__Host-Http-a=1; Path=/; Secure'],
    ['__Host-Http-a=1; Secure; HttpOnly'],
    ['=__Host-a=1; Path=/; Secure'],
    ['__Secure-a'],
    [''],
    ['='],
    ['a=1\t2'],
    ['a=1; Path=/\x01'],
    ['a=1; SameSite=None'],
    [`a=${'x'.repeat(4096)}`],
    [`a=${'\u00e9'.repeat(2048)}`],
    ['a=1; Domain=localhost'],
    ['a=1; Domain=0.0.1'],
  ])('is nothing for %j', (line) => {
    expect(jar.store(line)).toBe(false);
    expect(jar.header('/')).toBe('');
  });

  it.each([
    ['__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax', '__Host-a=1'],
    ['__Host-a=1; Path=/; Secure; Domain=', '__Host-a=1'],
    ['__Host-Http-a=1; Path=/; Secure; HttpOnly', '__Host-Http-a=1'],
    ['__Http-a=1; Secure; HttpOnly', '__Http-a=1'],
    ['a=1; SameSite=None; Secure', 'a=1'],
    ['a=1; SameSite=Odd', 'a=1'],
    ['a=1; Domain=127.0.0.1', 'a=1'],
    ['a=1; Path=x', 'a=1'],
    [`a=1; Path=/${'x'.repeat(1024)}`, 'a=1'],
    ['a', 'a'],
    ['=a', 'a'],
    ['a="1; 2"', 'a="1'],
    ['a==b=', 'a==b='],
    [`a=${'x'.repeat(4095)}`, `a=${'x'.repeat(4095)}`],
  ])('of %j', (line, header) => {
    expect(jar.store(line)).toBe(true);
    expect(jar.header('/')).toBe(header);
  });

  it('goes by the last attribute of a name', () => {
    expect(stored('a=1; Path=/; Path=/nope', 'b=1; Path=/nope; Path=/')).toBe('b=1');
  });

  it('shows no value when it is logged, and is gone when it is cleared', () => {
    jar.store('a=secret');
    expect(require('node:util').inspect(jar, { depth: 9 })).not.toContain('secret');
    jar.clear();
    expect(jar.header()).toBe('');
  });
});

describe('lifetimes', () => {
  it.each([
    ['a=; Max-Age=0; Path=/'],
    ['a=; Max-Age=-1; Path=/'],
    ['a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/'],
    ['a=; Expires=Sun Nov  6 08:49:37 1994; Path=/'],
    ['a=; Expires=Sunday, 06-Nov-94 08:49:37 GMT; Path=/'],
    ['a=; Expires=06 8:49:7 november2 1994; Path=/'],
  ])('takes a cookie away by %j', (line) => {
    expect(stored('a=1; Path=/', line)).toBe('');
  });

  it.each([
    ['Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT'],
    ['Max-Age=soon; Expires=never'],
    ['Max-Age=; Expires='],
    ['Max-Age=0.5'],
    ['Expires=2020-01-01T00:00:00Z'],
    ['Expires=Mon, 31 Feb 2020 00:00:00 GMT'],
    ['Expires=Wed, 01 Jan 2020 24:00:00 GMT'],
    ['Expires=Wed, 01 Jan 1600 00:00:00 GMT'],
    ['Expires=Wed, 01 Foo 2020 00:00:00 GMT'],
    ['Expires=Wed, 01 Jan 69 00:00:00 GMT'],
  ])('is not over by %j', (attributes) => {
    expect(stored(`a=1; ${attributes}`)).toBe('a=1');
  });

  it('forgets a cookie when its time has come', () => {
    expect(stored('a=1; Max-Age=60; Path=/')).toBe('a=1');
    clock.advance(60_000);
    expect(jar.header('/')).toBe('');
    expect(jar.get('a')).toBeUndefined();
  });

  it.each([['Max-Age=99999999999'], ['Expires=Fri, 31 Dec 9999 23:59:59 GMT']])(
    'keeps nothing for more than 400 days: %j',
    (attributes) => {
      jar.store(`a=1; ${attributes}`);
      clock.advance(400 * 24 * 3_600_000 - 1);
      expect(jar.header()).toBe('a=1');
      clock.advance(1);
      expect(jar.header()).toBe('');
    },
  );
});

describe('paths', () => {
  it('sends a cookie to its path and below, the longest path first, and never to a path that only begins alike', () => {
    jar.store('a=root; Path=/');
    jar.store('a=deep; Path=/diary');
    jar.store('b=folder', '/diary/2026-11-21');
    expect(jar.header('/diary/1?x=/')).toBe('a=deep; b=folder; a=root');
    expect(jar.header('/diaryx')).toBe('a=root');
    expect(jar.header('/')).toBe('a=root');
  });

  it('takes a path as it is written', () => {
    jar.store('a=1', '//diary/..//x');
    expect(jar.header('//diary/..//y')).toBe('a=1');
    expect(jar.header('//other')).toBe('');
  });
});

describe('hosts', () => {
  it.each([
    ['http://127.0.0.1:3000/', 'https://127.0.0.1:4000/', true],
    ['http://localhost:3000/', 'http://localhost/', true],
    ['http://[::1]/', 'http://[::1]:80/', true],
    ['http://app.localhost/', 'http://APP.localhost/', true],
    ['http://localhost/', 'http://127.0.0.1/', false],
    ['http://localhost/', 'http://app.localhost/', false],
    ['https://a.test/', 'https://www.a.test/', false],
    ['https://a.test/', 'http://a.test/', false],
  ])('a Secure cookie of %s goes to %s: %s', (from, to, goes) => {
    expect(jar.store('a=1; Secure', from)).toBe(true);
    expect(jar.get('a', new URL(to)) === '1').toBe(goes);
  });

  it('keeps no Secure cookie of plain http elsewhere, and lets nobody there lay one over it', () => {
    expect(jar.store('a=1; Secure', 'http://a.test/')).toBe(false);
    expect(jar.store('b=1', 'http://a.test/')).toBe(true);
    jar.store('a=safe; Secure; Domain=a.test', 'https://a.test/');
    expect(jar.store('a=evil', 'http://www.a.test/deep/er')).toBe(false);
    expect(jar.store('a=evil', 'http://b.test/')).toBe(true);
  });

  it('sends what has a Domain to the hosts below it', () => {
    expect(jar.store('a=1; Domain=.A.test', 'https://www.a.test/')).toBe(true);
    expect(jar.header('https://a.test/')).toBe('a=1');
    expect(jar.header('https://deep.www.a.test/')).toBe('a=1');
    expect(jar.header('https://nota.test/')).toBe('');
  });

  it.each([
    ['Domain=b.test', 'https://a.test/'],
    ['Domain=www.a.test', 'https://a.test/'],
    ['Domain=test', 'https://a.test/'],
    ['Domain=0.1', 'http://10.0.0.1/'],
  ])('refuses %j from %s', (attribute, url) => {
    expect(jar.store(`a=1; ${attribute}`, url)).toBe(false);
  });

  it('takes a host without a dot for itself alone', () => {
    expect(jar.store('a=1; Domain=localhost', 'http://localhost/')).toBe(true);
    expect(jar.header('http://app.localhost/')).toBe('');
  });

  it('refuses what is no address', () => {
    expect(thrownBy(() => jar.store('a=1', 'localhost')).code).toBe('ERR_INVALID_ARGUMENT');
  });
});

describe('requests that another site makes', () => {
  const all = ['strict=1; SameSite=Strict', 'lax=1; SameSite=lax', 'none=1; SameSite=None; Secure', 'unset=1'];

  function sent(browser: 'chromium' | 'firefox', request: Parameters<CookieJar['header']>[1], age = 0): string {
    jar = cookieJar({ clock, browser });
    for (const line of all) jar.store(line);
    clock.advance(age);
    return jar.header('/', request).replaceAll('=1', '');
  }

  it.each(['chromium', 'firefox'] as const)('a link or form of this site brings everything (%s)', (browser) => {
    expect(sent(browser, { method: 'POST' })).toBe('strict; lax; none; unset');
  });

  it.each(['chromium', 'firefox'] as const)('a link elsewhere brings all but Strict (%s)', (browser) => {
    expect(sent(browser, { crossSite: true })).toBe('lax; none; unset');
  });

  it('a POST elsewhere brings no Lax cookie; one without SameSite only while it is young, in Chromium', () => {
    const post = { crossSite: true, method: 'post' };
    expect(sent('chromium', post, 120_000)).toBe('none; unset');
    expect(sent('chromium', post, 120_001)).toBe('none');
    expect(sent('firefox', post, 125_000)).toBe('none; unset');
  });

  it('a frame, an image, a fetch brings what is None', () => {
    expect(sent('chromium', { crossSite: true, topLevel: false })).toBe('none');
    expect(sent('firefox', { crossSite: true, topLevel: false })).toBe('none; unset');
  });

  it('a login that comes back from elsewhere by GET brings Strict cookies in Chromium only', () => {
    expect(sent('chromium', { crossSite: 'redirected' })).toBe('strict; lax; none; unset');
    expect(sent('firefox', { crossSite: 'redirected' })).toBe('lax; none; unset');
  });

  it('has the cookies of an answer to a form kept, those of one to a frame dropped', () => {
    const from = (request: Parameters<CookieJar['store']>[2]) => all.map((line) => jar.store(line, '/', request));
    expect(from({ crossSite: true, method: 'POST' })).toEqual([true, true, true, true]);
    expect(from({ crossSite: true, topLevel: false })).toEqual([false, false, true, false]);
    jar = cookieJar({ browser: 'firefox' });
    expect(from({ crossSite: true, topLevel: false })).toEqual([false, false, true, true]);
  });

  it('a new value makes a cookie young again, the same one does not', () => {
    jar.store('a=1');
    clock.advance(100_000);
    jar.store('a=1');
    clock.advance(20_001);
    expect(jar.header('/', { crossSite: true, method: 'POST' })).toBe('');
    jar.store('a=2');
    expect(jar.header('/', { crossSite: true, method: 'POST' })).toBe('a=2');
  });
});
