import { hkdfSync } from 'node:crypto';
import { inspect } from 'node:util';
import { hkdf } from '../../../lib/session/hkdf.js';
import { Keyring } from '../../../lib/session/keyring.js';
import { thrownBy } from '../../helpers/thrown.js';
import { keyring, SECRETS } from '../../helpers/tokens.js';

jest.mock('../../../lib/session/hkdf.js', () => {
  const real = jest.requireActual('../../../lib/session/hkdf.js');
  return { hkdf: jest.fn(real.hkdf) };
});

const [newest, older, oldest] = SECRETS;
const PURPOSES = ['session', 'token', 'activity', 'owner', 'registry'] as const;

describe('Keyring', () => {
  it('derives as documented: HKDF-SHA256, info of version, audience, kit and purpose', () => {
    const info = JSON.stringify(['swapproof/v1', 'shop', 'kit', 'session']);
    const expected = Buffer.from(hkdfSync('sha256', newest, '', info, 32)).toString('base64url');
    expect(keyring([newest], 'shop').newest('session').key).toBe(expected);
  });

  it('has another key for each secret, audience and purpose', () => {
    const keys = ['shop', 'blog'].flatMap((audience) =>
      PURPOSES.flatMap((purpose) => keyring([newest, older], audience).keys(purpose)),
    );
    expect(new Set(keys.map(({ key }) => key)).size).toBe(2 * PURPOSES.length * 2);
    expect(keys.some(({ key }) => SECRETS.some((secret) => key.includes(secret)))).toBe(false);
  });

  it('can not be confused by an audience that looks like a list', () => {
    const sly = keyring([newest], 'shop","kit","session').newest('session').key;
    expect(sly).not.toBe(keyring([newest], 'shop').newest('session').key);
  });

  it('names a key by its secret, never by its place: rotation moves places', () => {
    const id = (list: readonly string[], index: number) => keyring(list).keys('session')[index]?.id;
    expect(id([newest, older, oldest], 1)).toBe(id([older], 0));
    expect(id([newest, older], 1)).toBe(id([older, newest], 0));
    expect(id([newest], 0)).not.toBe(id([older], 0));
    expect(id([newest], 0)).toMatch(/^\d{1,10}$/);
  });

  it('signs with the newest and verifies with any listed', () => {
    const before = keyring([older]).mac('owner', 'root');
    const rotated = keyring([newest, older]);
    expect(rotated.mac('owner', 'root')).toBe(keyring([newest]).mac('owner', 'root'));
    expect(rotated.verify('owner', 'root', before)).toBe(true);
    expect(keyring([newest, oldest]).verify('owner', 'root', before)).toBe(false);
  });

  it.each([
    ['another message', 'activity', 'other', 'default'],
    ['another purpose', 'owner', 'message', 'default'],
    ['another audience', 'activity', 'message', 'blog'],
  ] as const)('verifies nothing signed for %s', (_what, purpose, message, audience) => {
    const mac = keyring([newest], audience).mac(purpose, message);
    expect(keyring().verify('activity', 'message', mac)).toBe(false);
    expect(keyring().verify('activity', 'message', keyring().mac('activity', 'message'))).toBe(true);
  });

  it.each([[''], ['x'], ['\u00e9'.repeat(43)]])('verifies no MAC of another length: %#', (mac) => {
    expect(keyring().verify('activity', 'message', mac)).toBe(false);
  });

  it('refuses secrets that are missing, weak or doubled', () => {
    expect(thrownBy(() => keyring([])).code).toBe('ERR_SECRET_MISSING');
    expect(thrownBy(() => keyring(['short'])).code).toBe('ERR_SECRET_WEAK');
    expect(thrownBy(() => keyring([newest, newest])).code).toBe('ERR_SECRET_DUPLICATE');
  });

  it("refuses two secrets with one key id, which would open each other's seals or neither", () => {
    jest.mocked(hkdf).mockReturnValueOnce(Buffer.alloc(4)).mockReturnValueOnce(Buffer.alloc(4));
    const error = thrownBy(() => new Keyring([newest, older], 'default'));
    expect([error.code, error.message.includes('same key id')]).toEqual(['ERR_SECRET_DUPLICATE', true]);
  });

  it('shows neither secrets nor keys', () => {
    const ring = keyring();
    const shown = inspect(ring, { depth: 9, showHidden: true }) + JSON.stringify(ring);
    expect(shown).not.toContain(newest);
    expect(shown).not.toContain(ring.newest('session').key);
  });
});

describe('what verify() remembers', () => {
  it('is never a wrong MAC, however often it comes', () => {
    const ring = keyring();
    const mac = ring.mac('owner', 'message');
    for (let time = 0; time < 3; time++) {
      expect(ring.verify('owner', 'message', `${mac.slice(0, -1)}_`)).toBe(false);
      expect(ring.verify('owner', 'other message', mac)).toBe(false);
    }
  });

  it('is a right MAC for its own purpose and message only', () => {
    const ring = keyring();
    const mac = ring.mac('owner', 'a b');
    for (let time = 0; time < 2; time++) expect(ring.verify('owner', 'a b', mac)).toBe(true);
    expect(ring.verify('activity', 'a b', mac)).toBe(false);
    expect(ring.verify('owner', 'b', `${mac} a`)).toBe(false);
  });

  it('is bounded', () => {
    const ring = keyring();
    for (let each = 0; each < 10_100; each++) ring.verify('owner', `${each}`, ring.mac('owner', `${each}`));
    expect(ring.verify('owner', '0', ring.mac('owner', '0'))).toBe(true);
  });
});
