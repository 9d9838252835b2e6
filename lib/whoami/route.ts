/**
 * Which requests are whoami's. Only the exact path is; whatever a router, proxy or cache might take for it (suffixes,
 * encodings, other case) is refused, so that no cache can file a session under a name that looks like a static file
 * (web cache deception, OWASP ASVS 14.2.5).
 */
import type { IncomingMessage } from 'node:http';
import { decodedPath, pathOf } from '../request/decoded-path.js';

/** `whoami`: the path, with any method and query. `refuse`: looks like it to somebody. `other`: none of our business. */
export type WhoamiMatch = 'whoami' | 'refuse' | 'other';

/** By the path on the wire: mounted routers and rewriting middleware change `url`, not `originalUrl`. */
export function matchWhoami(req: IncomingMessage & { originalUrl?: string }, path: string): WhoamiMatch {
  const raw = pathOf(req.originalUrl ?? req.url ?? '/');
  if (raw === path) return 'whoami';
  const wanted = path.toLowerCase();
  // Cheap for all the app's own paths: nothing resembles this one without its last segment or an encoding.
  const last = wanted.slice(wanted.lastIndexOf('/') + 1);
  if (!raw.includes('%') && !raw.toLowerCase().includes(last)) return 'other';
  const plain = decodedPath(raw).toLowerCase().replaceAll('\\', '/').replace(/\/+/g, '/');
  return resembles(plain, wanted) || resembles(withoutDots(plain), wanted) ? 'refuse' : 'other';
}

/** Path parameters (`;x`) and control characters dropped, dot segments resolved. */
function withoutDots(path: string): string {
  const segments: string[] = [];
  for (const part of path.split('/')) {
    const [named = ''] = part.split(';', 1);
    const segment = named.replace(/[\0-\x20]/g, '');
    if (segment === '..') segments.pop();
    else if (segment !== '.' && segment !== '') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}

/** The path itself, or followed by anything that does not make it another word. */
function resembles(path: string, wanted: string): boolean {
  return path.startsWith(wanted) && !/^[\w-]/.test(path.slice(wanted.length));
}
