/** Whatever a server sends: the jar never throws, never hands a cookie to another host, and sends one clean line. */
import fc from 'fast-check';
import { type CookieJar, cookieJar } from '../../lib/testing/browser/cookie-jar.js';

const words = [
  'a',
  '=',
  ';',
  ' ',
  '__Host-',
  '__Secure-',
  'Path=/',
  'Domain=',
  'a.test',
  'b.test',
  '.',
  'Max-Age=',
  '-1',
];
const attributes = [
  'Expires=Wed, 01 Jan 2020 00:00:00 GMT',
  'Secure',
  'HttpOnly',
  'SameSite=None',
  '\r\n',
  '\0',
  '\u00e9',
];
const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...words, ...attributes), { maxLength: 12 }).map((parts) => parts.join('')),
);
const host = fc.constantFrom('a.test', 'www.a.test', 'b.test', '127.0.0.1', 'localhost');
const visit = fc.record({ line, host, scheme: fc.constantFrom('http', 'https') });

function filled(visits: readonly { line: string; host: string; scheme: string }[]): CookieJar {
  const jar = cookieJar();
  for (const each of visits) jar.store(each.line, `${each.scheme}://${each.host}/deep/page`);
  return jar;
}

it('never throws, and sends a line that is a header', () => {
  fc.assert(
    fc.property(fc.array(visit, { maxLength: 20 }), host, (visits, to) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must not be there
      expect(filled(visits).header(`https://${to}/deep/page`)).not.toMatch(/[\x00-\x1f\x7f]/);
    }),
  );
});

it('gives no cookie to a host that the one who set it does not share a domain with', () => {
  fc.assert(
    fc.property(fc.array(visit, { maxLength: 20 }), (visits) => {
      const foreign = visits.filter((each) => each.host !== 'b.test');
      expect(filled(foreign).header('https://b.test/deep/page')).toBe('');
      expect(filled(foreign.filter((each) => each.host !== 'localhost')).header('http://localhost/deep/page')).toBe('');
    }),
  );
});

it('answers what it then does', () => {
  fc.assert(
    fc.property(visit, (only) => {
      const jar = cookieJar();
      const url = `${only.scheme}://${only.host}/`;
      const stored = jar.store(only.line, url);
      if (!stored) expect(jar.header(url)).toBe('');
    }),
  );
});
