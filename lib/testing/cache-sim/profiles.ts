/** Thirteen caches, each of an incident: what it did, and whether an origin could have helped it. */
import { type CacheRules, RFC_9111 } from './rules.js';

export interface CacheProfile {
  readonly number: number;
  /** As `min-ttl`. */
  readonly name: string;
  /** One line: what it does. */
  readonly title: string;
  /** Who met it. */
  readonly incident: string;
  /** False: it takes no notice of what the origin says, and no header of any app keeps a body out of it. */
  readonly heedsOrigin: boolean;
  readonly rules: CacheRules;
}

const YEAR = 31_536_000;

type Changes = Partial<CacheRules>;

const heeding = (number: number, name: string, title: string, incident: string, changes: Changes): CacheProfile => ({
  number,
  name,
  title,
  incident,
  heedsOrigin: true,
  rules: { ...RFC_9111, ...changes },
});

/** Takes no notice of the origin. */
const careless = (number: number, name: string, title: string, incident: string, changes: Changes): CacheProfile => ({
  ...heeding(number, name, title, incident, { directives: 'ignored', vary: false, authorization: false, ...changes }),
  heedsOrigin: false,
});

export const CACHE_PROFILES: readonly CacheProfile[] = [
  heeding(1, 'rfc9111', 'keeps what a shared cache may', 'no incident: it is what RFC 9111 allows', {}),
  careless(
    2,
    'min-ttl',
    'keeps everything for a second, Set-Cookie included, under its path',
    'Loom, 7 March 2023; Vistaserv, January 2022: a minimum lifetime of one second at CloudFront',
    { key: 'path', minimumLifetime: 1, headAsGet: true },
  ),
  heeding(
    3,
    'collapse',
    'gives the first answer to all who asked at the same time, where it may not be kept either',
    'Mercari, 22 June 2017: a lifetime of 0 meant to wait for the first answer and share it; the survey of Wiz',
    { collapse: true },
  ),
  heeding(
    4,
    'default-on',
    'keeps what says nothing about caching for a minute, unless it sets a cookie',
    'Railway, 30 March 2026: responses without Cache-Control were kept, those with it were not',
    { defaultLifetime: 60, setCookie: 'pass' },
  ),
  heeding(
    5,
    'no-vary',
    'takes no notice of Vary',
    'Hono CVE-2026-44457, 2026; axios-cache-interceptor: Vary was not looked at',
    { vary: false },
  ),
  careless(
    6,
    'bare-key',
    'leaves cookies, Authorization and the query out of the key, and keeps bodies for a minute',
    'Klarna, 27 May 2021: answers cached between backend and app',
    { key: 'path', setCookie: 'strip', fixedLifetime: 60, statuses: 'ok' },
  ),
  careless(
    7,
    'by-extension',
    'keeps what is named like a file for half an hour, whatever its headers say',
    'web cache deception; the switch "Cache Assets" of Nginx Proxy Manager, which takes no notice of headers',
    { paths: 'static', fixedLifetime: 1800, statuses: 'ok' },
  ),
  careless(
    8,
    'emergency',
    'keeps every 200 for ten seconds',
    'Steam, 25 December 2015: rules pushed in an attack cached the pages of users',
    { fixedLifetime: 10, statuses: 'ok', headAsGet: true },
  ),
  heeding(
    9,
    'every-status',
    'keeps redirects, errors and empty answers too',
    'CDNs that cache 302, 404 and 500 by default, with the Set-Cookie of a redirect',
    { statuses: 'every', defaultLifetime: 60 },
  ),
  heeding(
    10,
    'lenient',
    'skips what it can not read in Cache-Control, and takes private="" for nothing',
    'undici CVE-2026-13697 and GHSA-jr45-8vmc-qm54, 2026: private="" was kept, Set-Cookie included',
    { directives: 'lenient', defaultLifetime: 60 },
  ),
  heeding(
    11,
    'stale-on-error',
    'gives what it still has when the origin fails',
    'stale-if-error as CDNs have it: the page of somebody else instead of an error page',
    { staleOnError: true },
  ),
  heeding(
    12,
    'cookie-key',
    'has the cookies in its key, but files requests with a cookie that comes twice under nobody',
    'Ory, 20 December 2022: two session cookies made the key empty, and strangers got the session of a customer',
    { identity: 'cookie', vary: false, defaultLifetime: 60 },
  ),
  careless(
    13,
    's-maxage',
    'keeps every page for a year, Set-Cookie included',
    'AWS Amplify #4100 and NextAuth: s-maxage=31536000 was put over what the app had said',
    { fixedLifetime: YEAR, statuses: 'ok' },
  ),
];
