import { CrossSiteCheck } from '../../../lib/login/csrf.js';
import { thrownBy } from '../../helpers/thrown.js';
import { fakeRequest } from '../../helpers/wire.js';

const HOST: [string, string] = ['Host', 'app.example:8443'];
const HERE = 'https://app.example:8443';

function reason(headers: [string, string][], trusted: string[] = []): string | null {
  return new CrossSiteCheck(trusted).reason(fakeRequest({ method: 'POST', headers: [HOST, ...headers] }));
}

describe('CrossSiteCheck', () => {
  it('reads Sec-Fetch-Site before Origin: a form under Referrer-Policy no-referrer is of this site', () => {
    expect(
      reason([
        ['Sec-Fetch-Site', 'same-origin'],
        ['Origin', 'null'],
      ]),
    ).toBeNull();
    expect(
      reason([
        ['Sec-Fetch-Site', 'none'],
        ['Origin', 'null'],
      ]),
    ).toBeNull();
  });

  it('refuses what Sec-Fetch-Site says is of another site, whatever Origin says', () => {
    expect(
      reason([
        ['Sec-Fetch-Site', 'cross-site'],
        ['Origin', HERE],
      ]),
    ).toBe('Sec-Fetch-Site is "cross-site"');
    expect(
      reason([
        ['Sec-Fetch-Site', 'same-site'],
        ['Origin', HERE],
      ]),
    ).toBe('Sec-Fetch-Site is "same-site"');
  });

  it('refuses Origin: null without Sec-Fetch-Site, and names Referrer-Policy', () => {
    expect(reason([['Origin', 'null']])).toContain('Referrer-Policy');
    expect(
      reason([
        ['Origin', 'null'],
        ['Referer', `${HERE}/form`],
      ]),
    ).toContain('Referrer-Policy');
  });

  it('compares Origin with Host, port and all', () => {
    expect(reason([['Origin', HERE]])).toBeNull();
    expect(reason([['Origin', 'https://app.example']])).toBe('Origin is "https://app.example"');
    expect(reason([['Origin', 'https://evil.example:8443']])).toContain('evil.example');
  });

  it('asks Referer last', () => {
    expect(reason([['Referer', `${HERE}/form?x`]])).toBeNull();
    expect(reason([['Referer', 'https://evil.example/app.example:8443']])).toBe('Referer is of another site');
    expect(
      reason([
        ['Origin', HERE],
        ['Referer', 'https://evil.example/'],
      ]),
    ).toBeNull();
  });

  it('lets clients pass that send none of the three: curl, supertest, apps', () => {
    expect(reason([])).toBeNull();
  });

  it('lets trusted origins pass, and only exactly those', () => {
    const trusted = ['https://admin.example'];
    expect(
      reason(
        [
          ['Sec-Fetch-Site', 'cross-site'],
          ['Origin', 'https://admin.example'],
        ],
        trusted,
      ),
    ).toBeNull();
    expect(reason([['Origin', 'https://admin.example']], trusted)).toBeNull();
    expect(reason([['Origin', 'https://admin.example:444']], trusted)).not.toBeNull();
    expect(reason([['Origin', 'http://admin.example']], trusted)).not.toBeNull();
    expect(reason([['Referer', 'https://admin.example/']], trusted)).not.toBeNull();
  });

  it('refuses an Origin without a Host to compare with', () => {
    const check = new CrossSiteCheck([]);
    expect(check.reason(fakeRequest({ method: 'POST', headers: [['Origin', HERE]] }))).not.toBeNull();
  });

  it('repeats what came from outside shortened and quoted', () => {
    const given = reason([['Origin', `https://evil.example/${'x'.repeat(500)}"`]]) ?? '';
    expect(given.length).toBeLessThan(120);
    expect(given).toMatch(/^Origin is ".*"$/);
  });

  it.each([
    ['https://a.example/'],
    ['https://a.example/path'],
    ['a.example'],
    ['*'],
    ['null'],
    [''],
    ['https://A.example'],
    [7],
  ])('refuses %p as a trusted origin', (origin) => {
    const error = thrownBy(() => new CrossSiteCheck([origin as string]));
    expect(error.code).toBe('ERR_INVALID_OPTION');
    expect(error.message).toContain('csrf.trustedOrigins');
  });
});
