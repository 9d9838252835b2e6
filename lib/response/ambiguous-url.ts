/**
 * How caches could read a URL. Differently from Express: path parameters, dot segments, empty segments, backslashes,
 * encoded delimiters; `/static/..%2faccount` is under `/static` here and the account page there. Or as a static file,
 * which many keep whatever it holds and whoever asked.
 */
import type { UrlReading } from '../request/context.js';
import { rawPath } from '../request/route-match.js';
import { looksStatic } from './static-extensions.js';

/** Nearly all paths of an app: segments without a dot, an escape or a delimiter. One pass: each turn takes a slash. */
const PLAIN = /^(?:\/[\w~!$&'()*+,:=@-]+)*\/?$/;

/** Raw, and encoded: `. / \ ; ? # %` and control characters. */
const RAW = /[^!-~]|[;\\#]|\/\//;
const ENCODED = /%(?:2[ef35]|3[bf]|5c|[01][0-9a-f]|7f)/i;
const DOTS = /\/\.{1,2}(?:\/|$)/;

/** @param target as it came on the wire: `originalUrl`, not a router's `url` */
export function readUrl(target: string): UrlReading {
  const path = rawPath(target);
  if (path !== '' && PLAIN.test(path)) return 'plain';
  if (isAmbiguousPath(path)) return 'ambiguous';
  return looksStatic(path) ? 'static' : 'plain';
}

/** Whether a cache could read the URL differently from Express. */
export function isAmbiguousUrl(target: string): boolean {
  return readUrl(target) === 'ambiguous';
}

function isAmbiguousPath(path: string): boolean {
  if (!path.startsWith('/') || RAW.test(path) || DOTS.test(path)) return true;
  return path.includes('%') && (ENCODED.test(path) || !isDecodable(path));
}

/** Invalid escapes and overlong UTF-8 are read by each server in its own way. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
