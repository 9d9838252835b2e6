import cookieParser from 'cookie-parser';
import { CREDENTIAL_HEADERS, credentialKey, readCredentials, stripCookies } from '../../../lib/request/credentials.js';
import { fakeRequest } from '../../helpers/wire.js';

const configured = { cookies: ['sid', '__Host-session'], headers: CREDENTIAL_HEADERS };
const unconfigured = { cookies: null, headers: CREDENTIAL_HEADERS };
const withCookie = (...lines: string[]) => fakeRequest({ headers: lines.map((line) => ['Cookie', line]) });

describe('readCredentials', () => {
  it('finds the configured cookies and the credential headers, and nothing else', () => {
    const req = fakeRequest({
      headers: [
        ['Cookie', 'lang=de; sid=1; cart=2'],
        ['AUTHORIZATION', 'Bearer t'],
        ['x-session-token', 's'],
        ['X-Other', 'o'],
      ],
    });
    expect(readCredentials(req, configured).all).toEqual([
      { kind: 'cookie', name: 'sid', value: '1' },
      { kind: 'header', name: 'authorization', value: 'Bearer t' },
      { kind: 'header', name: 'x-session-token', value: 's' },
    ]);
  });

  it('counts every cookie but the harmless ones where none are configured', () => {
    const { all } = readCredentials(withCookie('_ga=1; _ga_X1=2; theme=dark; cart=3; __proto__=4'), unconfigured);
    expect(all.map(({ name }) => name)).toEqual(['cart', '__proto__']);
  });

  it('names a cookie contradicted that came with two values, and keeps both', () => {
    const { all, contradicted, repeated } = readCredentials(withCookie('sid=1; sid=2; sid=1'), configured);
    expect(all.map(({ value }) => value)).toEqual(['1', '2']);
    expect(contradicted).toEqual(['sid']);
    expect(repeated).toEqual([]);
  });

  it('counts identical copies as one', () => {
    const { all, contradicted, repeated } = readCredentials(withCookie('sid=1; sid=1'), configured);
    expect(all).toHaveLength(1);
    expect(contradicted).toEqual([]);
    expect(repeated).toEqual(['sid']);
  });

  it('reads every cookie line of a request', () => {
    expect(readCredentials(withCookie('sid=1', 'sid=2'), configured).contradicted).toEqual(['sid']);
  });

  it.each(['sid=abc; sid="abc"', 'sid=abc; sid=%61bc', 'sid=abc; sid=abc%00'])(
    'takes another spelling for another value: %s',
    (line) => {
      expect(readCredentials(withCookie(line), configured).contradicted).toEqual(['sid']);
    },
  );

  it('keeps the second Authorization, which Node hides', () => {
    const req = fakeRequest({
      headers: [
        ['Authorization', 'Basic a'],
        ['Authorization', 'Basic b'],
      ],
    });
    expect(readCredentials(req, configured).all.map(({ value }) => value)).toEqual(['Basic a', 'Basic b']);
  });

  it('sees a credential that earlier middleware wrote into headers', () => {
    const req = withCookie('sid=1');
    req.headers.authorization = 'Bearer from-query';
    req.headers.cookie = 'sid=2';
    const { all, contradicted } = readCredentials(req, configured);
    expect(all.map(({ value }) => value)).toEqual(['1', '2', 'Bearer from-query']);
    expect(contradicted).toEqual(['sid']);
  });

  it.each([
    'SID',
    '%73id',
    's%69d',
    ' %20sid',
    '\u00a0sid',
    '\x85sid',
    '\xe2\x80\x80sid',
    '__HOST-session',
    '\xe2\x80\x80__Host-session',
    '\x01sid',
    '__Ho\xc5\xbft-session',
  ])('names the look-alike %j and reads it as no credential', (name) => {
    const { all, lookalikes } = readCredentials(withCookie(`${name}=1`), configured);
    expect(all).toEqual([]);
    expect(lookalikes).toEqual([name.trim() === name ? name : name.replace(/^ /, '')]);
  });

  it.each(['si', 'sid2', 'xsid', '%', '%zz', '\0'])('takes %j for no look-alike', (name) => {
    expect(readCredentials(withCookie(`${name}=1`), configured).lookalikes).toEqual([]);
  });

  it('takes no name of more than 200 bytes for a look-alike', () => {
    const { lookalikes } = readCredentials(
      withCookie(`${'%20'.repeat(65)}%73id=1; ${'%20'.repeat(66)}sid=1`),
      configured,
    );
    expect(lookalikes).toEqual([`${'%20'.repeat(65)}%73id`]);
  });

  it('reads 64 KiB and 1,000 copies', () => {
    const copies = Array.from({ length: 1_000 }, (_, i) => `sid=${i % 2}`).join(';');
    expect(readCredentials(withCookie(copies), configured).all).toHaveLength(2);
    expect(readCredentials(withCookie(`sid=${'x'.repeat(65_536)}`), configured).all[0]?.value).toHaveLength(65_536);
  });
});

describe('stripCookies', () => {
  const stripped = (prepare: (req: ReturnType<typeof fakeRequest>) => void = () => {}) => {
    const req = withCookie('a=1; sid=x; b=2', 'sid=y');
    prepare(req);
    const { length } = req.rawHeaders;
    stripCookies(req, ['sid']);
    expect(req.rawHeaders).toHaveLength(length);
    return req;
  };

  it('takes them out of the raw headers, whose length stays', () => {
    expect(stripped().rawHeaders).toEqual(['Cookie', 'a=1; b=2', 'Cookie', '']);
  });

  it('takes them out of headers', () => {
    expect(stripped().headers.cookie).toBe('a=1; b=2;');
    expect(stripped((req) => void req.headers).headers.cookie).not.toContain('sid');
  });

  it('takes them out of headersDistinct, read before or after', () => {
    expect(stripped().headersDistinct.cookie).toEqual(['a=1; b=2']);
    expect(stripped((req) => void req.headersDistinct).headersDistinct.cookie).toEqual(['a=1; b=2']);
  });

  it('takes them out of what cookie-parser made of them', () => {
    const parsed = stripped((req) => cookieParser('secret')(req as never, {} as never, () => {})) as never as {
      cookies: object;
      signedCookies: object;
    };
    expect(parsed.cookies).toEqual({ a: '1', b: '2' });
    const signed = Object.assign(withCookie('sid=s'), { signedCookies: { sid: 'user', a: '1' } });
    stripCookies(signed, ['sid']);
    expect(signed.signedCookies).toEqual({ a: '1' });
  });

  it('leaves no header where nothing is left', () => {
    const req = withCookie('sid=1');
    stripCookies(req, ['sid']);
    expect(req.headers).not.toHaveProperty('cookie');
    expect(req.headersDistinct).not.toHaveProperty('cookie');
    expect(readCredentials(req, configured).all).toEqual([]);
  });

  it('passes over requests without cookies and parsers that left nothing', () => {
    const req = Object.assign(fakeRequest(), { cookies: null, signedCookies: 'none' });
    expect(() => stripCookies(req, ['sid'])).not.toThrow();
  });
});

describe('credentialKey', () => {
  it('has a key for the empty set', () => {
    expect(credentialKey([])).toMatch(/^[\w-]{43}$/);
  });

  it('does not depend on the order', () => {
    const a = { kind: 'cookie', name: 'a', value: '1' } as const;
    const b = { kind: 'header', name: 'b', value: '2' } as const;
    expect(credentialKey([a, b])).toBe(credentialKey([b, a]));
  });
});
