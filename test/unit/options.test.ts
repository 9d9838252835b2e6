import type { SwapproofOptions } from '../../lib/options.js';
import { settingsOf } from '../../lib/settings.js';
import { thrownBy } from '../helpers/thrown.js';
import { SECRETS } from '../helpers/tokens.js';

const store = {
  name: 'test',
  open: () => {
    throw new Error('not opened here');
  },
};

function settings(changes: object = {}) {
  return settingsOf({ secrets: SECRETS, store, ...changes } as SwapproofOptions);
}

describe('settingsOf()', () => {
  it('has the defaults of the documentation', () => {
    expect(settings()).toMatchObject({
      identity: null,
      timeouts: { idle: 86_400_000, absolute: 1_209_600_000, rememberFor: 2_592_000_000 },
      audience: 'default',
      property: 'session',
      public: [],
      headers: [],
      trustedOrigins: [],
      exempt: [],
      whoamiPath: '/sessions/whoami',
      whoamiMaxAge: 60_000,
      whoamiEntries: 100_000,
      whoamiBytes: 134_217_728,
      requestDeadline: 500,
      revokeDeadline: 10_000,
      isRevoked: null,
      strictContext: false,
      clearSiteData: ['cache', 'storage'],
      insecureAcceptWhenUnconfirmed: false,
    });
  });

  it('never keeps the secrets', () => {
    expect(JSON.stringify(settings())).not.toContain(SECRETS[0]);
  });

  it('copies and freezes: what the app changes later changes nothing', () => {
    const headers = ['X-Api-Key'];
    const made = settings({ headers });
    headers.push('Authorization');
    expect(made.headers).toEqual(['x-api-key']);
    for (const value of [made, made.headers, made.timeouts, made.clearSiteData, made.trustedOrigins]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
  });

  it('counts a session of as much idle as absolute time as sound', () => {
    expect(settings({ idle: '1h', absolute: '1h' }).timeouts).toMatchObject({ idle: 3_600_000, absolute: 3_600_000 });
  });

  it('lets a remembered session live as long as any other, at least', () => {
    expect(settings({ absolute: '60d' }).timeouts.rememberFor).toBe(60 * 86_400_000);
    expect(settings({ absolute: '1h', idle: '1h', rememberFor: '1h' }).timeouts.rememberFor).toBe(3_600_000);
    expect(thrownBy(() => settings({ rememberFor: '13d' })).message).toMatch(/rememberFor is shorter than absolute/);
  });

  it('puts the handle nowhere if told so', () => {
    expect(settings({ property: false }).property).toBeNull();
  });

  it.each<[string, object, string]>([
    ['a misspelt option', { secert: 1 }, 'no option "secert"'],
    ['a misspelt option of csrf', { csrf: { trusted: [] } }, 'swapproof csrf has no option "trusted"'],
    ['a misspelt option of whoami', { whoami: { url: '/' } }, 'swapproof whoami has no option "url"'],
    ['no store', { store: undefined }, 'store takes memory()'],
    ['a path as store', { store: './sessions.db' }, 'store takes memory()'],
    ['more idle than absolute time', { idle: '15d' }, 'idle is longer than absolute'],
    ['an identity that is no function', { identity: {} }, 'identity takes a function'],
    ['isRevoked: true', { isRevoked: true }, 'isRevoked takes a function'],
    ['log: true', { log: true }, 'log takes false, or a function'],
    ['an empty audience', { audience: '' }, 'audience takes a string'],
    ['an empty property', { property: '' }, 'property takes a string'],
    ['one header instead of a list', { headers: 'x-api-key' }, 'headers takes a list of names'],
    ['a header that is no string', { headers: [1] }, 'headers takes a list of names'],
    [
      'one origin instead of a list',
      { csrf: { trustedOrigins: 'https://a.example' } },
      'trustedOrigins takes an array',
    ],
    ['probe: "no"', { probe: 'no' }, 'probe takes true or false'],
    ['strictContext: "yes"', { strictContext: 'yes' }, 'strictContext takes true or false'],
    ['insecureAcceptWhenUnconfirmed: 1', { insecureAcceptWhenUnconfirmed: 1 }, 'takes true or false'],
    ['clearSiteData: cookies', { clearSiteData: ['cookies'] }, 'clearSiteData takes: cache, storage'],
    ['a type that ends its header', { clearSiteData: ['cache", "cookies'] }, 'clearSiteData takes:'],
    ['a whoami path with a pattern', { whoami: { path: '/who/:id' } }, 'whoami.path takes a plain path'],
    ['a whoami path with a slash at the end', { whoami: { path: '/whoami/' } }, 'whoami.path takes a plain path'],
    ['half a cache entry', { whoami: { cacheEntries: 0.5 } }, 'cacheEntries takes a whole number'],
    ['no cache bytes', { whoami: { cacheBytes: 0 } }, 'cacheBytes takes a whole number'],
    ['a deadline that timers can not hold', { requestDeadline: '25d' }, 'requestDeadline takes milliseconds'],
  ])('refuses %s', (_what, changes, message) => {
    const error = thrownBy(() => settings(changes));
    expect(error.code).toBe('ERR_INVALID_OPTION');
    expect(error.message).toContain(message);
  });

  it.each([[undefined], [null], ['secret']])('refuses %p as options', (options) => {
    expect(thrownBy(() => settingsOf(options as never)).message).toContain('swapproof takes an object of options');
  });
});
