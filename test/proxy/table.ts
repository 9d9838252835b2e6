/**
 * The guard's table (docs/guard.md), row by row, as responses of an app: what it says about caching, who asks, and what of
 * it is somebody's own. Every row is asked for behind every well-behaved cache, with and without swapproof.
 */
import type { CacheName } from '../helpers/caches.js';

/** Who is in front of the app: nobody, `guard()`, or the kit. */
export type Front = 'bare' | 'guard' | 'kit';
/** The first two are logged in, unless a row says otherwise. */
export type Person = 'ada' | 'bob' | 'nobody';

export interface Row {
  /** Of docs/guard.md. Two where the headers decide between them. */
  readonly row: string;
  readonly title: string;
  /** What comes with the requests of people who are logged in. Default: a session cookie. */
  readonly credential?: 'cookie' | 'Authorization' | 'none';
  /** Default GET. GETs follow the others. */
  readonly method?: 'GET' | 'POST' | 'OPTIONS';
  /** Default: not declared. `option` and `call` declare it public, `private` calls `markPrivate()`. */
  readonly declared?: 'option' | 'call' | 'private';
  /** The handler reads the session: a row of the kit alone, for the guard can't know. The bare app has no such rows. */
  readonly reads?: boolean;
  /** Appended to the path. */
  readonly suffix?: string;
  /** Default 200. */
  readonly status?: number;
  /** The app's own, besides an ETag, which Express always sends. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A cookie of the app, or the end of the session that `guard()` knows; the kit ends its own in POSTs alone. */
  readonly cookie?: 'a cart' | 'an ended session';
  /** Asked for while half of it is on its way, too. */
  readonly arriving?: boolean;
  /** What must reach nobody else: the whole response, or its cookies alone, for the page is the same for everyone. */
  readonly personal: 'page' | 'cookies';
  /** With which it is asked for. Default both, or the kit for rows that read. */
  readonly fronts?: readonly Exclude<Front, 'bare'>[];
  /** The caches that give to others what is personal if nobody is in front. Without any the row shows no more than that. */
  readonly leaks: readonly CacheName[];
  /** For pages that are everybody's: the caches that keep them with swapproof in front. */
  readonly kept?: readonly CacheName[];
  /** The caches that answer such a URL themselves. */
  readonly refusedBy?: readonly CacheName[];
}

const ALL: readonly CacheName[] = ['nginx', 'Varnish', 'Squid', 'Traffic Server', 'HAProxy', 'Apache httpd'];
/** Varnish keeps nothing that was asked for with a cookie. */
const COOKIED: readonly CacheName[] = ['nginx', 'Squid', 'Traffic Server', 'HAProxy', 'Apache httpd'];
/** They keep what says nothing. */
const BY_DEFAULT: readonly CacheName[] = ['nginx', 'HAProxy', 'Apache httpd'];
/** They keep errors as well. */
const ANY_STATUS: readonly CacheName[] = ['nginx', 'Traffic Server', 'Apache httpd'];
/** They replay Set-Cookie. Squid does while the response arrives. */
const COOKIES: readonly CacheName[] = ['HAProxy', 'Apache httpd'];
const ARRIVING: readonly CacheName[] = ['Squid', ...COOKIES];

const AGE = { 'Cache-Control': 'max-age=60' };
const PUBLIC = { 'Cache-Control': 'public, max-age=60' };
const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toUTCString();

/** What an app says about a page that is somebody's, whether or not it read the session. */
const SAYINGS: readonly Pick<Row, 'title' | 'headers' | 'status' | 'leaks'>[] = [
  { title: 'says nothing', leaks: BY_DEFAULT },
  { title: 'public, max-age', headers: PUBLIC, leaks: COOKIED },
  { title: 'max-age', headers: AGE, leaks: COOKIED },
  { title: 's-maxage', headers: { 'Cache-Control': 's-maxage=60' }, leaks: COOKIED },
  { title: 'must-revalidate', headers: { 'Cache-Control': 'max-age=60, must-revalidate' }, leaks: COOKIED },
  { title: 'max-age=0', headers: { 'Cache-Control': 'max-age=0' }, leaks: [] },
  { title: 'no-cache', headers: { 'Cache-Control': 'no-cache' }, leaks: [] },
  {
    title: 'no-cache="Set-Cookie"',
    headers: { 'Cache-Control': 'no-cache="Set-Cookie", max-age=60' },
    leaks: ['Apache httpd'],
  },
  { title: 'private', headers: { 'Cache-Control': 'private' }, leaks: [] },
  { title: 'no-store', headers: { 'Cache-Control': 'no-store' }, leaks: [] },
  { title: 'private and public', headers: { 'Cache-Control': 'private, public, max-age=60' }, leaks: ['HAProxy'] },
  { title: 'Expires', headers: { Expires: IN_AN_HOUR }, leaks: COOKIED },
  {
    title: 'Last-Modified',
    headers: { 'Last-Modified': 'Mon, 01 Jan 2024 00:00:00 GMT' },
    leaks: ['Squid', ...BY_DEFAULT],
  },
  { title: 'Pragma', headers: { Pragma: 'no-cache' }, leaks: ['nginx'] },
  { title: 'Vary: Cookie', headers: { ...AGE, Vary: 'Cookie' }, leaks: [] },
  { title: 'Vary: *', headers: { ...AGE, Vary: '*' }, leaks: [] },
  { title: 'X-Accel-Expires', headers: { 'X-Accel-Expires': '60' }, leaks: BY_DEFAULT },
  {
    title: 'Surrogate-Control over no-store',
    headers: { 'Surrogate-Control': 'max-age=60', 'Cache-Control': 'no-store' },
    leaks: [],
  },
  {
    title: 'CDN-Cache-Control over private',
    headers: { 'CDN-Cache-Control': 'max-age=60', 'Cache-Control': 'private' },
    leaks: [],
  },
  {
    title: 'a redirect',
    status: 301,
    headers: { ...AGE, Location: '/' },
    leaks: ['nginx', 'Squid', 'Traffic Server', 'Apache httpd'],
  },
  { title: 'a 404', status: 404, headers: AGE, leaks: ANY_STATUS },
  { title: 'a 500', status: 500, headers: AGE, leaks: ANY_STATUS },
];

const READ = { row: '2, 3', reads: true, personal: 'page' } as const;
const CREDENTIAL = { row: '4, 5', personal: 'page' } as const;
const AUTHORIZATION = { credential: 'Authorization', personal: 'page' } as const;
const NOBODY = { credential: 'none', personal: 'cookies' } as const;
const DECLARED = { declared: 'option', personal: 'cookies' } as const;
const CALLED = { declared: 'call', personal: 'cookies' } as const;
const MISREAD = { row: '0b', personal: 'page' } as const;
const A_CART = { cookie: 'a cart', headers: AGE } as const;
const ENDS = { cookie: 'an ended session', headers: AGE, fronts: ['guard'], arriving: true } as const;

export const ROWS: readonly Row[] = [
  { row: '0', title: 'markPrivate()', declared: 'private', headers: PUBLIC, personal: 'page', leaks: COOKIED },
  { ...MISREAD, title: 'ends like a file', suffix: '/x.css', headers: AGE, leaks: COOKIED },
  { ...MISREAD, title: 'ends like a file, says nothing', suffix: '/x.js', leaks: BY_DEFAULT },
  {
    ...MISREAD,
    title: 'could be another path',
    suffix: '/..%2fx',
    headers: AGE,
    leaks: ['nginx', 'Squid', 'Traffic Server', 'HAProxy'],
    refusedBy: ['Apache httpd'],
  },
  { row: '1', title: 'OPTIONS', method: 'OPTIONS', headers: AGE, personal: 'page', leaks: [] },
  ...SAYINGS.map((saying): Row => ({ ...READ, ...saying })),
  ...SAYINGS.map((saying): Row => ({ ...CREDENTIAL, ...saying })),
  { row: '4', title: 'max-age, Authorization', ...AUTHORIZATION, headers: AGE, leaks: ['nginx', 'Traffic Server'] },
  {
    row: '4',
    title: 'public, Authorization',
    ...AUTHORIZATION,
    headers: PUBLIC,
    leaks: ['nginx', 'Squid', 'Traffic Server', 'HAProxy'],
  },
  { row: '5', title: 'says nothing, Authorization', ...AUTHORIZATION, leaks: ['nginx'] },
  { row: '4', title: 'a POST', method: 'POST', headers: AGE, personal: 'page', leaks: [] },
  { row: '6', title: 'a cookie, max-age', ...NOBODY, ...A_CART, arriving: true, leaks: ARRIVING, kept: ALL },
  { row: '6', title: 'a cookie, public', ...NOBODY, ...A_CART, headers: PUBLIC, leaks: COOKIES, kept: ALL },
  {
    row: '6',
    title: 'a cookie, X-Accel-Expires',
    ...NOBODY,
    ...A_CART,
    headers: { 'X-Accel-Expires': '60' },
    leaks: COOKIES,
    kept: ['nginx', 'Varnish', 'HAProxy', 'Apache httpd'],
  },
  { row: '6b', title: 'a cookie, says nothing', ...NOBODY, cookie: 'a cart', leaks: COOKIES },
  { row: '6b', title: 'a cookie, no-cache', ...NOBODY, ...A_CART, headers: { 'Cache-Control': 'no-cache' }, leaks: [] },
  { row: '6b', title: 'a session ends', ...NOBODY, ...ENDS, leaks: ARRIVING },
  { row: '6b', title: 'a cookie, a POST', ...NOBODY, ...A_CART, method: 'POST', leaks: [] },
  { row: '7, 8', title: 'says nothing, to nobody', ...NOBODY, leaks: [] },
  { row: '8', title: 'max-age, to nobody', ...NOBODY, headers: AGE, leaks: [], kept: ALL },
  { row: '9', title: 'a session ends', ...DECLARED, ...ENDS, leaks: ARRIVING },
  { row: '10', title: 'a cookie, a POST', ...DECLARED, ...A_CART, method: 'POST', leaks: [] },
  { row: '11', title: 'a cookie', ...DECLARED, ...A_CART, arriving: true, leaks: ARRIVING, kept: COOKIED },
  { row: '11', title: 'a cookie, markPublic()', ...CALLED, ...A_CART, leaks: COOKIES, kept: COOKIED },
  {
    row: '12',
    title: 'public, Authorization',
    ...AUTHORIZATION,
    declared: 'option',
    headers: PUBLIC,
    leaks: ['nginx', 'Squid', 'Traffic Server', 'HAProxy'],
  },
  { row: '13', title: 'max-age', ...DECLARED, headers: AGE, leaks: [], kept: COOKIED },
  { row: '13', title: 'max-age, markPublic()', ...CALLED, headers: AGE, leaks: [], kept: COOKIED },
];
