import * as iron from 'iron-session';
import { LARGEST_COOKIE, open, seal, sealedLength } from '../../../lib/session/seal.js';
import { toSealedForm } from '../../../lib/session/sealed-form.js';
import type { SessionToken } from '../../../lib/session/token.js';
import { keyring, SECRETS, token } from '../../helpers/tokens.js';

jest.mock('iron-session', () => {
  const real = jest.requireActual('iron-session');
  return { ...real, sealData: jest.fn(real.sealData), unsealData: jest.fn(real.unsealData) };
});

const [newest, older, oldest] = SECRETS;
const unseal = jest.mocked(iron.unsealData);

/** A seal under the session key of something that is no token of ours. */
function sealOf(value: unknown, ring = keyring()): Promise<string> {
  const { id, key } = ring.newest('session');
  return iron.sealData(value, { password: { [id]: key }, ttl: 0 });
}

beforeEach(() => unseal.mockClear());

describe('seal() and open()', () => {
  it('give back the token, frozen through and through', async () => {
    const sealed = token({ data: { cart: [{ id: 1 }] } });
    const opened = await open(keyring(), await seal(keyring(), sealed));
    expect(opened).toEqual({ token: sealed, anonymous: null, byOldKey: false });
    expect(Object.isFrozen(opened?.token?.data.cart)).toBe(true);
  });

  it('hide what they hold', async () => {
    expect(await seal(keyring(), token({ subject: 'alice' }))).not.toContain('alice');
  });

  it("put no lifetime of their own into the seal: the token's times decide", async () => {
    const expiration = (await seal(keyring(), token())).split('*')[5];
    expect(expiration).toBe('');
  });

  describe('with rotated keys', () => {
    it('open with every listed secret and tell that an old one sealed', async () => {
      const sealed = await seal(keyring([older]), token());
      expect((await open(keyring([newest, older, oldest]), sealed))?.byOldKey).toBe(true);
      expect((await open(keyring([older, oldest]), sealed))?.byOldKey).toBe(false);
    });

    it('seal with the newest, not with the key of the largest id', async () => {
      for (const list of [
        [newest, older],
        [older, newest],
        [oldest, older],
      ]) {
        const sealed = await seal(keyring(list), token());
        expect(await open(keyring(list.slice(0, 1)), sealed)).not.toBeNull();
      }
    });

    it('keep opening when another secret is retired', async () => {
      const sealed = await seal(keyring([newest, older]), token());
      expect(await open(keyring([newest]), sealed)).not.toBeNull();
      expect(await open(keyring([oldest, newest]), sealed)).not.toBeNull();
    });

    it('refuse the seal of a retired secret', async () => {
      const sealed = await seal(keyring([older]), token());
      expect(await open(keyring([newest, oldest]), sealed)).toBeNull();
    });
  });

  it('refuse an unknown key id before any cryptography', async () => {
    const sealed = await seal(keyring([older]), token());
    expect(await open(keyring([newest]), sealed)).toBeNull();
    expect(unseal).not.toHaveBeenCalled();
  });

  it('refuse what is larger than a cookie before any cryptography', async () => {
    const sealed = await sealOf(token({ data: { text: 'x'.repeat(4000) } }));
    expect(sealed.length).toBeGreaterThan(LARGEST_COOKIE);
    expect(await open(keyring(), sealed)).toBeNull();
    expect(unseal).not.toHaveBeenCalled();
  });

  it('refuse the seal of another audience, though made with the same secret', async () => {
    expect(await open(keyring([newest], 'blog'), await seal(keyring([newest], 'shop'), token()))).toBeNull();
  });

  it.each(['token', 'activity', 'owner', 'registry'] as const)('refuse a seal made for %s', async (purpose) => {
    const { id, key } = keyring().newest(purpose);
    const sealed = await iron.sealData(token(), { password: { [id]: key }, ttl: 0 });
    expect(await open(keyring(), sealed)).toBeNull();
  });

  it('open a token as nothing but a token, and a cookie as nothing but a cookie', async () => {
    const [cookie, bearer] = [await seal(keyring(), token()), await seal(keyring(), token(), 'token')];
    expect(await open(keyring(), bearer, 'token')).not.toBeNull();
    expect([await open(keyring(), bearer), await open(keyring(), cookie, 'token')]).toEqual([null, null]);
  });

  it('keep whether the session is remembered, and take nothing else for it', async () => {
    const kept = await open(keyring(), await seal(keyring(), token({ remembered: true })));
    expect(kept?.token?.remembered).toBe(true);
    for (const r of [0, true, 'yes', null]) {
      expect(await open(keyring(), await sealOf({ ...toSealedForm(token()), r }))).toBeNull();
    }
  });

  it.each<[string, unknown]>([
    ['no version', { ...token(), v: undefined }],
    ['another version', { ...token(), v: 2 }],
    ['nothing', {}],
    ['null', null],
    ['a text', 'token'],
    ['a list', [token()]],
  ])('refuse %s under the right key', async (_what, value) => {
    expect(await open(keyring(), await sealOf(value))).toBeNull();
  });

  it('refuse a second spelling of the same seal, which iron-session would read', async () => {
    const sealed = await seal(keyring(), token());
    for (const end of ['x', '~', '~2', '-', ' ']) expect(await open(keyring(), sealed + end)).toBeNull();
    expect(await open(keyring(), sealed.replace(/~2$/, ''))).toBeNull();
    expect(await open(keyring(), ` ${sealed}`)).toBeNull();
  });

  it.each(['__proto__', 'constructor', 'toString', '', '-1', '1e3', '0'])(
    'refuse the key id %p, for which iron-session throws or looks elsewhere',
    async (id) => {
      const sealed = (await seal(keyring(), token())).replace(/^Fe26\.2\*\d+/, `Fe26.2*${id}`);
      expect(await open(keyring(), sealed)).toBeNull();
      expect(unseal).not.toHaveBeenCalled();
    },
  );
});

describe('sealedLength()', () => {
  it.each<[string, Partial<SessionToken>]>([
    ['a small token', {}],
    ['text of several bytes a character', { data: { text: '\u00e9\u20ac\u{1f600}'.repeat(50) } }],
    ['half a character', { data: { text: '\ud800' } }],
    ['much data', { data: { text: 'x'.repeat(2600) } }],
  ])('is the length that %s will have', async (_what, changes) => {
    const made = token(changes);
    expect(sealedLength(keyring(), made)).toBe((await seal(keyring(), made)).length);
  });

  it('leaves room for the 2.6 kB of data that were measured, and none for 3 kB', () => {
    const sized = (size: number) => sealedLength(keyring(), token({ data: { text: 'x'.repeat(size) } }));
    expect(sized(2600)).toBeLessThan(LARGEST_COOKIE - '__Host-session'.length);
    expect(sized(3000)).toBeGreaterThan(LARGEST_COOKIE);
  });
});
