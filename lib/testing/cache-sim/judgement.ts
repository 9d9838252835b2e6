/** May a response be kept, and for how long? RFC 9111 section 3, bent by the rules of a profile. */
import { type Answer, type HeaderLine, type Question, valuesOf } from '../../evidence/exchange.js';
import { staticExtensions } from '../../response/static-extensions.js';
import { type Directives, readDirectives } from './cache-control.js';
import { lifetimeOf } from './lifetime.js';
import type { CacheRules } from './rules.js';

export type Asked = Required<Omit<Question, 'body'>>;

export interface Judgement {
  readonly keep: boolean;
  /** Others who ask at the same moment may have it. */
  readonly share: boolean;
  /** Why, in a few words. */
  readonly why: string;
  /** Seconds. 0: it is kept to be revalidated. */
  readonly lifetime: number;
}

/** RFC 9110 section 15.1, without 206. */
const CACHEABLE = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);
const TARGETED = ['cdn-cache-control', 'surrogate-control'];
const STATIC = new Set(staticExtensions);

const refused = (why: string, share = false): Judgement => ({ keep: false, share, why, lifetime: 0 });

/** What the cache reads of a response: `Cache-Control`, or a field that is meant for CDNs alone. */
export function directivesOf(headers: readonly HeaderLine[], rules: CacheRules): Directives {
  const targeted = TARGETED.find((field) => valuesOf(headers, field).length > 0);
  const field = rules.targeted && targeted !== undefined ? targeted : 'cache-control';
  return readDirectives(headers, field, rules.directives === 'lenient');
}

/** Whether the cache looks at the request at all. */
export function isOfInterest({ method, path, headers }: Asked, rules: CacheRules): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (rules.paths === 'static' && !endsLikeAFile(path)) return false;
  return valuesOf(headers, 'range').length === 0;
}

export function judge(asked: Asked, answer: Answer, rules: CacheRules): Judgement {
  const forbidden = rules.directives === 'ignored' ? null : whyForbidden(asked, answer, rules);
  if (forbidden !== null) return refused(forbidden);
  if (rules.setCookie === 'pass' && valuesOf(answer.headers, 'set-cookie').length > 0) {
    return refused('it sets a cookie');
  }
  const { seconds, why, explicit } = lifetimeOf(answer, rules, directivesOf(answer.headers, rules));
  if (!isKeptStatus(answer.status, explicit, rules)) return refused(`status ${answer.status}`, true);
  if (seconds > 0) return { keep: true, share: true, why, lifetime: seconds };
  const validated = ['etag', 'last-modified'].some((name) => valuesOf(answer.headers, name).length > 0);
  const keep = validated || rules.staleOnError;
  return { keep, share: true, why: keep ? `${why}, kept to be revalidated` : why, lifetime: 0 };
}

function whyForbidden({ headers }: Asked, answer: Answer, rules: CacheRules): string | null {
  const says = directivesOf(answer.headers, rules);
  if (says.has('no-store')) return 'it says no-store';
  if (says.has('private')) return 'it says private';
  if (readDirectives(headers, 'cache-control').has('no-store')) return 'the request says no-store';
  if (rules.vary && valuesOf(answer.headers, 'vary').some((names) => names.includes('*'))) return 'it says Vary: *';
  if (!rules.authorization || valuesOf(headers, 'authorization').length === 0) return null;
  const allowed = ['public', 's-maxage', 'must-revalidate'].some((name) => says.has(name));
  return allowed ? null : 'the request has Authorization';
}

function isKeptStatus(status: number, explicit: boolean, rules: CacheRules): boolean {
  if (status < 200 || status === 206 || status === 304) return false;
  if (rules.statuses === 'ok') return status === 200;
  return rules.statuses === 'every' || explicit || CACHEABLE.has(status);
}

/** What many caches take for a file, whatever it is. */
export function endsLikeAFile(path: string): boolean {
  const [bare = ''] = path.split('?');
  const [, extension = ''] = /\.([A-Za-z0-9]+)$/.exec(bare) ?? [];
  return STATIC.has(extension.toLowerCase());
}
