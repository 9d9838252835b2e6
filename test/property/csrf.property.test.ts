import { CrossSiteCheck } from '../../lib/login/csrf.js';
import { fakeRequest } from '../helpers/wire.js';

const HOST = 'app.example';
const TRUSTED = 'https://admin.example';

type Word = 'ours' | 'trusted' | 'foreign' | 'null' | 'absent';

/** What browsers, proxies and attackers send, and what it stands for. */
const SITES: [string | undefined, 'ours' | 'foreign' | 'absent'][] = [
  [undefined, 'absent'],
  ['same-origin', 'ours'],
  ['none', 'ours'],
  ['same-site', 'foreign'],
  ['cross-site', 'foreign'],
  ['Same-Origin', 'foreign'],
  ['same-origin, cross-site', 'foreign'],
  ['cross-site, same-origin', 'foreign'],
  ['', 'foreign'],
  ['unheard-of', 'foreign'],
];
const ORIGINS: [string | undefined, Word][] = [
  [undefined, 'absent'],
  [`https://${HOST}`, 'ours'],
  [`HTTPS://${HOST.toUpperCase()}`, 'ours'],
  ['null', 'null'],
  [TRUSTED, 'trusted'],
  ['https://ADMIN.example', 'foreign'],
  [`${TRUSTED}, https://${HOST}`, 'foreign'],
  [`https://${HOST}, ${TRUSTED}`, 'foreign'],
  [`https://${HOST}.evil.example`, 'foreign'],
  [`https://evil.example/${HOST}`, 'foreign'],
  [`https://${HOST}@evil.example`, 'foreign'],
  [`https://${HOST}:444`, 'foreign'],
  [HOST, 'foreign'],
  ['', 'foreign'],
  ['NULL', 'foreign'],
];
const REFERERS: [string | undefined, Word][] = [
  [undefined, 'absent'],
  [`https://${HOST}/form?x`, 'ours'],
  [`${TRUSTED}/form`, 'foreign'],
  [`https://evil.example/?https://${HOST}/`, 'foreign'],
  ['garbage', 'foreign'],
  ['', 'foreign'],
];

/** The rule as the design words it, written again. */
function allowed(site: string, origin: Word, referer: Word, trusts: boolean): boolean {
  if (trusts && origin === 'trusted') return true;
  if (site !== 'absent') return site === 'ours';
  if (origin !== 'absent') return origin === 'ours';
  return referer !== 'foreign';
}

describe.each([true, false])('with%s the origin trusted', (trusts) => {
  const check = new CrossSiteCheck(trusts ? [TRUSTED] : []);

  it.each(SITES)('Sec-Fetch-Site %p: every Origin and Referer as the rule says', (site, siteMeans) => {
    for (const [origin, originMeans] of ORIGINS) {
      for (const [referer, refererMeans] of REFERERS) {
        const sent = { Host: HOST, 'Sec-Fetch-Site': site, Origin: origin, Referer: referer };
        const headers = Object.entries(sent).filter((pair): pair is [string, string] => pair[1] !== undefined);
        const passes = check.reason(fakeRequest({ method: 'POST', headers })) === null;
        expect([origin, referer, passes]).toEqual([
          origin,
          referer,
          allowed(siteMeans, originMeans, refererMeans, trusts),
        ]);
      }
    }
  });

  it('headers that come twice are refused, not chosen from', () => {
    for (const name of ['Sec-Fetch-Site', 'Origin']) {
      const good = name === 'Origin' ? `https://${HOST}` : 'same-origin';
      const bad = name === 'Origin' ? 'https://evil.example' : 'cross-site';
      for (const [first, second] of [
        [good, bad],
        [bad, good],
      ] as const) {
        const headers: [string, string][] = [
          ['Host', HOST],
          [name, first],
          [name, second],
        ];
        expect(check.reason(fakeRequest({ method: 'POST', headers }))).not.toBeNull();
      }
    }
  });
});
