/**
 * What a client or an upstream sends is read in one pass. A quarter of a megabyte would take a minute wherever the cost is the
 * square of the length, so jest's own limit decides, and nothing here measures time.
 */
import { isLocalPath, loginUrl, returnTo } from '../../../lib/login/return-to.js';
import { parseCookieHeader, withoutCookies } from '../../../lib/request/cookie-header.js';
import { CREDENTIAL_HEADERS, readCredentials } from '../../../lib/request/credentials.js';
import { isLookalike } from '../../../lib/request/lookalike.js';
import { routeOf } from '../../../lib/request/route-label.js';
import { routeTest } from '../../../lib/request/route-match.js';
import { isSpeculative } from '../../../lib/request/speculation.js';
import { isAmbiguousUrl } from '../../../lib/response/ambiguous-url.js';
import { classify } from '../../../lib/response/cacheability.js';
import { cookieNameOf, isExpiring } from '../../../lib/response/set-cookie-line.js';
import { looksStatic } from '../../../lib/response/static-extensions.js';
import { readRequestDirectives } from '../../../lib/whoami/request-directives.js';
import { matchWhoami } from '../../../lib/whoami/route.js';
import { fakeRequest } from '../../helpers/wire.js';

const LENGTH = 2 ** 18;
const fill = (unit: string) => unit.repeat(Math.floor(LENGTH / unit.length));
const at = (url: string) => fakeRequest({ url });
const cookie = (value: string) => fakeRequest({ headers: [['Cookie', value]] });
const names = { cookies: ['sid'], headers: CREDENTIAL_HEADERS };
const inStatic = routeTest('public', ['/static', /^\/static(?:\/|$)/], () => {});

/** Each reads a quarter of a megabyte of one pattern between two characters that are none of it. */
const READERS: Record<string, (text: string) => unknown> = {
  'a cookie name': (text) => isLookalike(`x${text}y`, ['sid']),
  'cookie pairs': (text) => parseCookieHeader(`x${text}y`),
  'cookies to take out': (text) => withoutCookies(`x${text}y`, new Set(['sid'])),
  'a Cookie header': (text) => readCredentials(cookie(`x${text}y`), names),
  'a Cookie header, unconfigured': (text) => readCredentials(cookie(`x${text}y`), { ...names, cookies: null }),
  "whoami's route": (text) => matchWhoami(at(`/whoami${text}%0ax`), '/sessions/whoami'),
  "whoami's route, absolute form": (text) => matchWhoami(at(`http://whoami${text}%0ax`), '/sessions/whoami'),
  'a route': (text) => inStatic(at(`/static${text}x`)),
  'a route label': (text) => routeOf(at(`/x${text}y`)),
  'an ambiguous URL': (text) => isAmbiguousUrl(`/x${text}y`),
  'a static URL': (text) => [looksStatic(`/x${text}y`), looksStatic(`/x.${text.replace(/[^!-$&-~]/g, '%20')}`)],
  'a purpose': (text) => isSpeculative(fakeRequest({ headers: [['Sec-Purpose', `x${text}y`]] })),
  'request directives': (text) => readRequestDirectives(`max-age=1${text}x`),
  'Cache-Control': (text) => classify({ 'cache-control': [`max-age=1${text}x`] }, 0),
  'a targeted field': (text) => classify({ 'cdn-cache-control': [`max-age=1${text}x`] }, 0),
  'X-Accel-Expires': (text) => classify({ 'x-accel-expires': [`0${text}x`] }, 0),
  'Edge-Control': (text) => classify({ 'edge-control': [`max-age=1${text}x`] }, 0),
  'Expires and Pragma': (text) => classify({ expires: [`Thu${text}x`], pragma: [`x${text}y`] }, 0),
  'a Set-Cookie line': (text) => [cookieNameOf(`${text}x`), isExpiring(`sid=1; Max-Age=${text}x; Expires=${text}x`, 0)],
  'where to return': (text) => [returnTo(at(`/login?return_to=/x${text}y`), '/'), isLocalPath(`/x${text}y`)],
  'where to return, in a form': (text) => returnTo(Object.assign(at('/'), { body: { return_to: `/x${text}y` } }), '/'),
  'where a login came from': (text) => loginUrl(at(`/x${text}y`), '/login'),
};

const PATTERNS = [
  ...[' ', '\t', '\u00a0', '\n', ';', ',', '=', '?', '&', '/', '\\', '"', '%', '.', '-', 'a', '1', '(', '\ud800'],
  ...['%20', '%0a', ';%0a', '../', './', '/.', '%2e%2e/', '%25', 'a=1;', 'a;a=1', 'max-age=1,', 'a=";",', '1:', '\\"'],
];

/** Gives jest's timer its turn: it can not ring while a reader runs. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

describe.each(Object.entries(READERS))('reading %s costs one pass', (_, read) => {
  it.each(PATTERNS)('over %j', async (unit) => {
    read(fill(unit));
    await turn();
  });
});

describe('reading many cookies costs one pass', () => {
  const many = (pair: (i: number) => string, count: number) =>
    Array.from({ length: count }, (_, i) => pair(i)).join(';');

  it.each<[string, (i: number) => string, number]>([
    ['of one name', (i) => `sid=${i}`, 100_000],
    ['of as many names', (i) => `c${i}=1`, 100_000],
    ['of names that come twice', (i) => `c${i >> 1}=1`, 100_000],
    ['of names that contradict each other or come twice', (i) => `c${i >> 1}=${i % 4 === 1 ? 2 : 1}`, 100_000],
    ['of names almost as ours', (i) => `x${' '.repeat(190)}${i}`, 5_000],
  ])('%s', async (_, pair, count) => {
    readCredentials(cookie(many(pair, count)), names);
    readCredentials(cookie(many(pair, count)), { ...names, cookies: null });
    await turn();
  });
});
