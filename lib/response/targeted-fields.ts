/**
 * Fields that speak to some caches only and override `Cache-Control` there (RFC 9213; vendors' own). A cache on the
 * field's list ignores `Cache-Control` as soon as the field is valid, so a denial there protects from nobody else, and
 * a permission anywhere counts.
 */
import { parseDictionary } from 'structured-headers';
import { type Directives, isBare, readDirectives, seconds } from './directives.js';

/** What a field says: may not be shared; says nothing that is understood; may be stored; is meant to be shared. */
export type Permission = 'denies' | 'unclear' | 'permits' | 'shares';

const RANK: readonly Permission[] = ['denies', 'unclear', 'permits', 'shares'];

/** How a vendor says no. Every other `*-Cache-Control` field is of RFC 9213's kind and takes `no-store`. */
const DENIALS: Readonly<Record<string, string>> = {
  'surrogate-control': 'no-store',
  'edge-control': 'no-store',
  'x-accel-expires': '0',
  'x-litespeed-cache-control': 'no-cache',
};

export function isTargetedField(name: string): boolean {
  return name.endsWith('-cache-control') || Object.hasOwn(DENIALS, name);
}

/** The value that keeps every cache of this field's family from storing. */
export function denialOf(name: string): string {
  return Object.hasOwn(DENIALS, name) ? (DENIALS[name] ?? 'no-store') : 'no-store';
}

export function permissionOf(name: string, lines: readonly string[]): Permission {
  if (name === 'x-accel-expires') return accelExpires(lines.join(','));
  if (name === 'edge-control') return edgeControl(readDirectives(lines));
  // Varnish and Cloudflare stop reading Cache-Control once this field is there, whatever it says.
  if (name === 'surrogate-control') return atLeast('permits', readField(lines), readDirectives(lines).has('no-store'));
  return readField(lines);
}

/**
 * RFC 9213 reads a Dictionary (RFC 9651), vendors read a list of directives: the more permissive reading counts. One
 * that is no Dictionary is ignored by the first kind.
 */
function readField(lines: readonly string[]): Permission {
  const lenient = ofDirectives(readDirectives(lines));
  const strict = dictionary(lines);
  return strict ? morePermissive(lenient, ofDirectives(strict)) : lenient;
}

/** `no-store=?0` and `max-age="60"` say nothing in a Dictionary: such members are left out. */
function dictionary(lines: readonly string[]): Directives | undefined {
  const found = new Map<string, string[]>();
  try {
    for (const [name, [value]] of parseDictionary(lines.join(', '))) {
      const isNumber = name === 'max-age' || name === 's-maxage';
      if (isNumber ? typeof value === 'number' : value !== false)
        found.set(name, [value === true ? '' : String(value)]);
    }
    return found;
  } catch {
    return undefined;
  }
}

function ofDirectives(directives: Directives): Permission {
  if (directives.has('public') || (seconds(directives, 's-maxage') ?? 0) > 0) return 'shares';
  if (forbids(directives)) return 'denies';
  if ((seconds(directives, 'max-age') ?? 0) > 0) return 'shares';
  return directives.size === 0 ? 'unclear' : 'permits';
}

/** `no-store`, unless `must-understand` makes a cache ignore it, or `private` without field names. */
export function forbids(directives: Directives): boolean {
  return (isBare(directives, 'no-store') && !directives.has('must-understand')) || isBare(directives, 'private');
}

/** Seconds, or `@` and an absolute time (nginx); what nginx can't read it ignores. */
function accelExpires(value: string): Permission {
  if (/^\s*0+\s*$/.test(value)) return 'denies';
  return /^\s*@?[1-9]/.test(value) ? 'shares' : 'unclear';
}

/** Akamai; `!no-store` takes back a `no-store`, and durations may have a unit, as `10m`. */
function edgeControl(directives: Directives): Permission {
  const lifetime = Math.max(seconds(directives, 'max-age') ?? 0, seconds(directives, 'cache-maxage') ?? 0);
  if (directives.has('!no-store')) return 'shares';
  if (directives.has('no-store') || directives.has('bypass-cache')) return 'denies';
  return lifetime > 0 ? 'shares' : 'permits';
}

function atLeast(least: Permission, read: Permission, denied: boolean): Permission {
  return denied ? read : morePermissive(least, read);
}

function morePermissive(a: Permission, b: Permission): Permission {
  return RANK.indexOf(a) > RANK.indexOf(b) ? a : b;
}
