/** A jar that is kinder than browsers would hide swaps, or invent them. Facts: RFC 6265bis; Chromium and Firefox on loopback. */
import { CookieJar } from '../../helpers/cookie-jar.js';

let time: number;
let jar: CookieJar;

beforeEach(() => {
  time = Date.UTC(2026, 10, 21);
  jar = new CookieJar(() => time);
});

function stored(...lines: string[]): string {
  for (const line of lines) jar.store(line);
  return jar.header('/');
}

describe("the tests' cookie jar", () => {
  it('keeps the last of two cookies of one name and path', () => {
    expect(stored('a=1; Path=/', 'b=2; Path=/', 'a=3; Path=/')).toBe('b=2; a=3');
  });

  it('keeps Secure cookies on loopback, as browsers do', () => {
    expect(stored('__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax')).toBe('__Host-a=1');
  });

  it.each([
    ['__Host-a=1; Path=/'],
    ['__Host-a=1; Path=/x; Secure'],
    ['__Host-a=1; Secure'],
    ['__Host-a=1; Path=/; Secure; Domain=127.0.0.1'],
    ['__hOST-a=1; Path=/'],
    ['__Secure-a=1; Path=/'],
    [''],
  ])('drops %j', (line) => {
    expect(stored(line)).toBe('');
  });

  it.each([
    ['a=; Max-Age=0; Path=/'],
    ['a=; Max-Age=-1; Path=/'],
    ['a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/'],
  ])('takes a cookie away by %j', (line) => {
    expect(stored('a=1; Path=/', line)).toBe('');
  });

  it('lets Max-Age go before Expires, and ignores what it can not read', () => {
    expect(stored('a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'b=1; Max-Age=soon; Expires=never')).toBe(
      'a=1; b=1',
    );
  });

  it('forgets a cookie when its time has come', () => {
    expect(stored('a=1; Max-Age=60; Path=/')).toBe('a=1');
    time += 60_000;
    expect(jar.header('/')).toBe('');
    expect(jar.get('a')).toBeUndefined();
  });

  it('sends a cookie to its path and below, the longest path first, and never to a path that only begins alike', () => {
    jar.store('a=root; Path=/');
    jar.store('a=deep; Path=/diary');
    jar.store('b=folder', '/diary/2026-11-21');
    expect(jar.header('/diary/1?x=/')).toBe('a=deep; b=folder; a=root');
    expect(jar.header('/diaryx')).toBe('a=root');
    expect(jar.header('/')).toBe('a=root');
  });

  it('keeps what stands between the first = and the first ;', () => {
    expect(stored('a==b=; Path=/', 'c="d"; Path=/')).toBe('a==b=; c="d"');
    expect(jar.get('a')).toBe('=b=');
  });
});
