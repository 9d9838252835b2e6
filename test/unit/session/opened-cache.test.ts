import { inspect } from 'node:util';
import * as iron from 'iron-session';
import { OpenedCache } from '../../../lib/session/opened-cache.js';
import { seal } from '../../../lib/session/seal.js';
import { toSealedForm } from '../../../lib/session/sealed-form.js';
import { keyring, token } from '../../helpers/tokens.js';

jest.mock('iron-session', () => {
  const real = jest.requireActual('iron-session');
  return { ...real, unsealData: jest.fn(real.unsealData) };
});

const unseal = jest.mocked(iron.unsealData);
beforeEach(() => unseal.mockClear());

describe('OpenedCache', () => {
  it('opens seals of its own purpose only', async () => {
    const [cookie, bearer] = [await seal(keyring(), token()), await seal(keyring(), token(), 'token')];
    const tokens = new OpenedCache(keyring(), 'token');
    expect([await tokens.open(cookie), await new OpenedCache(keyring()).open(bearer)]).toEqual([null, null]);
    expect(await tokens.open(bearer)).not.toBeNull();
  });

  it('opens a cookie once', async () => {
    const cache = new OpenedCache(keyring());
    const sealed = await seal(keyring(), token());
    expect(cache.get(sealed)).toBeUndefined();
    const opened = await cache.open(sealed);
    expect(cache.get(sealed)).toBe(opened);
    expect(unseal).toHaveBeenCalledTimes(1);
  });

  it('never mixes two cookies up', async () => {
    const cache = new OpenedCache(keyring());
    const [alice, bob] = [token({ subject: 'alice' }), token({ subject: 'bob' })];
    const [a, b] = [await seal(keyring(), alice), await seal(keyring(), bob)];
    await Promise.all([cache.open(a), cache.open(b)]);
    expect([cache.get(a)?.token?.subject, cache.get(b)?.token?.subject]).toEqual(['alice', 'bob']);
    expect(cache.get(`${a}x`)).toBeUndefined();
  });

  it('remembers nothing that could not be opened (R6)', async () => {
    const cache = new OpenedCache(keyring());
    const forged = (await seal(keyring(), token())).replace(/.(?=~2$)/, (last) => (last === 'A' ? 'E' : 'A'));
    expect([await cache.open(forged), await cache.open(forged)]).toEqual([null, null]);
    expect(cache.get(forged)).toBeUndefined();
    expect(unseal).toHaveBeenCalledTimes(2);
  });

  it('shows neither cookies nor sessions', async () => {
    const cache = new OpenedCache(keyring());
    const sealed = await seal(keyring(), token({ subject: 'alice' }));
    await cache.open(sealed);
    expect(inspect(cache, { depth: 9, showHidden: true })).not.toMatch(/alice|Fe26/);
  });

  it('keeps ten thousand, those used last', async () => {
    const cache = new OpenedCache(keyring());
    const sealed = await seal(keyring(), token());
    unseal.mockResolvedValue(toSealedForm(token()));
    const cookie = (i: number) => `${sealed.slice(0, -2)}${i}~2`;
    for (let i = 0; i < 10_000; i++) await cache.open(cookie(i));
    cache.get(cookie(0));
    await cache.open(cookie(10_000));
    expect([cache.get(cookie(0)), cache.get(cookie(1))]).toEqual([expect.anything(), undefined]);
  });
});
