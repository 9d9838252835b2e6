import { parse } from 'cookie';
import fc from 'fast-check';
import { parseCookieHeader, withoutCookies } from '../../lib/request/cookie-header.js';
import { type Credential, credentialKey, readCredentials, stripCookies } from '../../lib/request/credentials.js';
import { fakeRequest } from '../helpers/wire.js';

const name = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,12}$/);
const value = fc.stringMatching(/^[!#-+\--:<-[\]-~]{0,20}$/);
/** Whatever bytes a header can hold, and the characters that matter to a cookie parser more often than others. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(';', '=', ' ', '\t', '"', '%', ',', '\\', '\u00a0', '\0', '\r', '\n', 's', 'i', 'd'),
    fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
  ),
  maxLength: 200,
});

describe('the cookie grammar', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), fc.constantFrom(';', '; ', ' ;\t'), (pairs, separator) => {
        const header = pairs.map((pair) => pair.join('=')).join(separator);
        expect(parseCookieHeader(header).map((pair) => [pair.name, pair.value])).toEqual(pairs);
      }),
    );
  });

  it('never throws and never loses what Express would see', () => {
    fc.assert(
      fc.property(hostile, (header) => {
        const ours = new Map<string, string[]>();
        for (const pair of parseCookieHeader(header)) ours.set(pair.name, [...(ours.get(pair.name) ?? []), pair.value]);
        const theirs = parse(header, { decode: (text) => text });
        for (const [key, theirValue] of Object.entries(theirs)) {
          if (key === '') continue;
          const [first = ''] = ours.get(key) ?? [];
          expect([theirValue, `"${theirValue}"`, '"']).toContain(first);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is rid of exactly the names that are taken out', () => {
    fc.assert(
      fc.property(hostile, (header) => {
        const left = parseCookieHeader(withoutCookies(header, new Set(['sid', 's'])));
        const kept = parseCookieHeader(header).filter((pair) => pair.name !== 'sid' && pair.name !== 's');
        expect(left).toEqual(kept);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a request of any bytes', () => {
  const lines = fc.array(fc.tuple(fc.constantFrom('Cookie', 'cookie', 'COOKIE'), hostile), { maxLength: 4 });

  it('is read without a throw, and holds no session cookie once they are stripped', () => {
    fc.assert(
      fc.property(lines, fc.boolean(), (headers, configured) => {
        const req = fakeRequest({ headers });
        const names = { cookies: configured ? ['sid', 's', '__proto__'] : null, headers: ['authorization'] };
        const { length } = req.rawHeaders;
        stripCookies(
          req,
          readCredentials(req, names).all.map((credential) => credential.name),
        );
        expect(readCredentials(req, names).all).toEqual([]);
        expect(req.rawHeaders).toHaveLength(length);
      }),
      { numRuns: 300 },
    );
  });
});

describe('credentialKey', () => {
  const text = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('', '"', ',', '","', '[', ']'));
  const credential: fc.Arbitrary<Credential> = fc.record({
    kind: fc.constantFrom('cookie' as const, 'header' as const),
    name: text,
    value: text,
  });
  const canonical = (set: readonly Credential[]) =>
    set
      .map(({ kind, name: own, value: held }) => JSON.stringify([kind, own, held]))
      .sort()
      .join('\n');

  it('is the same for the same credentials in any order, and for no others', () => {
    fc.assert(
      fc.property(fc.array(credential, { maxLength: 4 }), fc.array(credential, { maxLength: 4 }), (a, b) => {
        expect(credentialKey(a) === credentialKey(b)).toBe(canonical(a) === canonical(b));
        expect(credentialKey([...a].reverse())).toBe(credentialKey(a));
      }),
      { numRuns: 500 },
    );
  });
});
