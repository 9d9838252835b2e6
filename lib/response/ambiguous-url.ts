/**
 * URLs that a cache could read differently from Express: path parameters, dot segments, empty segments, backslashes,
 * encoded delimiters. `/static/..%2faccount` is under `/static` here and the account page there.
 */
import { rawPath } from '../request/route-match.js';

/** Raw, and encoded: `. / \ ; ? # %` and control characters. */
const RAW = /[^!-~]|[;\\#]|\/\//;
const ENCODED = /%(?:2[ef35]|3[bf]|5c|[01][0-9a-f]|7f)/i;
const DOTS = /\/\.{1,2}(?:\/|$)/;

/** @param target as it came on the wire: `originalUrl`, not a router's `url` */
export function isAmbiguousUrl(target: string): boolean {
  const path = rawPath(target);
  return !path.startsWith('/') || RAW.test(path) || ENCODED.test(path) || DOTS.test(path) || !isDecodable(path);
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
