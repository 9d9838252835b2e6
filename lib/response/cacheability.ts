/**
 * What a response's own headers allow a shared cache to do (RFC 9111 section 3, RFC 9213, and what caches do in spite
 * of them: a missing Cache-Control is stored by several, `no-cache` by Fastly, `public` wins over `private` in some).
 * Pure; the more permissive reading counts wherever two are possible.
 */
import { type Directives, isBare, readDirectives, seconds } from './directives.js';
import { forbids, isTargetedField, permissionOf } from './targeted-fields.js';

/**
 * - NONE: nothing is said, so caches guess (heuristic freshness, a CDN's default)
 * - NOSTORE, PRIVATE: no shared cache may keep it
 * - REVAL: may be kept, not reused unasked
 * - SHARED: may be kept and reused
 * - CONFLICT: says both
 */
export type CacheClass = 'NONE' | 'NOSTORE' | 'PRIVATE' | 'REVAL' | 'SHARED' | 'CONFLICT';

export interface Cacheability {
  readonly class: CacheClass;
  /** A shared cache might keep and reuse it, by the headers' own words. */
  readonly shared: boolean;
  /** Meant to be shared: `public`, `s-maxage` or `max-age` above 0, or a targeted field that says so. */
  readonly marked: boolean;
}

/** Header lines by name in lower case. Only those that `isCacheField` names are read. */
export type HeaderLines = Readonly<Record<string, readonly string[]>>;

export function isCacheField(name: string): boolean {
  return name === 'cache-control' || name === 'expires' || name === 'pragma' || isTargetedField(name);
}

/** @param now milliseconds since the epoch, for `Expires` */
export function classify(fields: HeaderLines, now: number): Cacheability {
  const base = baseOf(fields, now);
  const targeted = Object.keys(fields)
    .filter(isTargetedField)
    .map((name) => permissionOf(name, fields[name] ?? []));
  const shared = targeted.some((permission) => permission !== 'denies');
  const result = shared && base.class !== 'CONFLICT' ? 'SHARED' : base.class;
  return {
    class: result,
    shared: result === 'SHARED' || result === 'CONFLICT',
    marked: base.marked || targeted.includes('shares'),
  };
}

/** `Cache-Control`, `Expires` and `Pragma` together: what a cache without a field of its own goes by. */
function baseOf(fields: HeaderLines, now: number): Pick<Cacheability, 'class' | 'marked'> {
  const lines = fields['cache-control'] ?? [];
  const strict = readDirectives(lines);
  const loose = readDirectives(lines, ',;');
  const open = loose.has('public') || (seconds(loose, 's-maxage') ?? 0) > 0;
  const fresh = (seconds(loose, 'max-age') ?? 0) > 0 && !isBare(strict, 'no-cache');
  if (forbids(strict)) {
    return { class: open ? 'CONFLICT' : isBare(strict, 'no-store') ? 'NOSTORE' : 'PRIVATE', marked: open };
  }
  if (strict.has('no-store')) return { class: 'CONFLICT', marked: open || fresh };
  if (open || fresh) return { class: 'SHARED', marked: true };
  return { class: unmarked(loose, fields, now), marked: false };
}

const KEEPS = ['immutable', 'private'];
const REVALIDATES = ['no-cache', 'max-age', 's-maxage', 'must-revalidate', 'proxy-revalidate', 'must-understand'];

function unmarked(directives: Directives, fields: HeaderLines, now: number): CacheClass {
  const stale = ['stale-while-revalidate', 'stale-if-error'].some((name) => (seconds(directives, name) ?? 0) > 0);
  // `private="x"` and `no-cache="x"` leave the rest of the response to any cache (RFC 9111 section 5.2.2.4).
  const qualified = directives.get('no-cache')?.some((value) => value !== '');
  if (stale || qualified || KEEPS.some((name) => directives.has(name))) return 'SHARED';
  if (REVALIDATES.some((name) => directives.has(name))) return 'REVAL';
  const expires = fields.expires;
  if (expires) return expires.some((date) => Date.parse(date) > now) ? 'SHARED' : 'REVAL';
  return fields.pragma?.some((line) => readDirectives([line]).has('no-cache')) ? 'REVAL' : 'NONE';
}
