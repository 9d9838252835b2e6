import * as crypto from 'node:crypto';
import { openCookie, sealCookie, sealedCookieLength } from '../../../lib/session/cookie-seal.js';
import { LARGEST_COOKIE } from '../../../lib/session/seal.js';
import { keyring, SECRETS } from '../../helpers/tokens.js';

jest.mock('node:crypto', () => {
  const real = jest.requireActual('node:crypto');
  return { ...real, createDecipheriv: jest.fn(real.createDecipheriv) };
});

const [newest, older, oldest] = SECRETS;
const decipher = jest.mocked(crypto.createDecipheriv);
const VALUE = { v: 1, text: 'for alice \u{1f600}', list: [1, null, 'x'] };

beforeEach(() => decipher.mockClear());

describe('a cookie sealed at once', () => {
  it('gives back what it holds, and shows nothing of it', () => {
    const sealed = sealCookie(keyring(), 'flash', VALUE);
    expect(openCookie(keyring(), 'flash', sealed)).toEqual(VALUE);
    expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('alice');
    expect(sealed).toMatch(/^1\.\d{1,10}\.[\w-]+$/);
  });

  it('is another one each time', () => {
    const ring = keyring();
    const bodies = Array.from({ length: 50 }, () => sealCookie(ring, 'flash', VALUE).split('.')[2] ?? '');
    expect(new Set(bodies.map((body) => body.slice(0, 20))).size).toBe(50);
    expect(new Set(bodies.map((body) => body.slice(24, 60))).size).toBe(50);
  });

  it('is opened with every listed secret, and sealed with the newest', () => {
    const sealed = sealCookie(keyring([older]), 'login', VALUE);
    expect(openCookie(keyring([newest, older]), 'login', sealed)).toEqual(VALUE);
    expect(openCookie(keyring([newest]), 'login', sealCookie(keyring([newest, older]), 'login', VALUE))).toEqual(VALUE);
  });

  it('costs nothing where its key is unknown', () => {
    const sealed = sealCookie(keyring([older]), 'flash', VALUE);
    expect(openCookie(keyring([newest, oldest]), 'flash', sealed)).toBeUndefined();
    for (const id of ['__proto__', 'constructor', '', '-1', '0']) {
      expect(openCookie(keyring(), 'flash', sealed.replace(/\.\d+\./, `.${id}.`))).toBeUndefined();
    }
    expect(decipher).not.toHaveBeenCalled();
  });

  it('costs nothing where it is larger than a cookie', () => {
    const sealed = sealCookie(keyring(), 'flash', { text: 'x'.repeat(4_000) });
    expect(sealed.length).toBeGreaterThan(LARGEST_COOKIE);
    expect(openCookie(keyring(), 'flash', sealed)).toBeUndefined();
    expect(decipher).not.toHaveBeenCalled();
  });

  it('is of no use for another purpose or audience', () => {
    const sealed = sealCookie(keyring(), 'login', VALUE);
    expect(openCookie(keyring(), 'flash', sealed)).toBeUndefined();
    expect(openCookie(keyring([newest], 'blog'), 'login', sealed)).toBeUndefined();
  });

  it('is nothing once a single bit of it was changed', () => {
    const sealed = sealCookie(keyring(), 'flash', { v: 1 });
    const [version = '', id = '', body = ''] = sealed.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(openCookie(keyring(), 'flash', [version, id, changed.toString('base64url')].join('.'))).toBeUndefined();
    }
    for (let length = 0; length < bytes.length; length++) {
      const cut = [version, id, bytes.subarray(0, length).toString('base64url')].join('.');
      expect(openCookie(keyring(), 'flash', cut)).toBeUndefined();
    }
  });

  it.each([undefined, '', '1', '1..', '1.1.', 'x', '2.1.AAAA', '\u00e9.1.AAAA'])('is not %p', (text) => {
    expect(openCookie(keyring(), 'flash', text)).toBeUndefined();
  });

  it('has the length that was foretold', () => {
    for (const value of [null, {}, VALUE, { text: '\ud800\u20ac'.repeat(99) }, 'abc', 'abcd', 'abcde']) {
      expect(sealedCookieLength(keyring(), 'flash', value)).toBe(sealCookie(keyring(), 'flash', value).length);
    }
  });
});
