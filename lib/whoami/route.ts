/**
 * Which requests are whoami's. Only the exact path is; whatever a router, proxy or cache might take for it (suffixes,
 * encodings, other case) is refused, so that no cache can file a session under a name that looks like a static file
 * (web cache deception, OWASP ASVS 14.2.5).
 */
import type { IncomingMessage } from 'node:http';

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
  const plain = decoded(raw).toLowerCase().replaceAll('\\', '/').replace(/\/+/g, '/');
  return resembles(plain, wanted) || resembles(withoutDots(plain), wanted) ? 'refuse' : 'other';
}

/** Without the query, and without the scheme and host of an absolute-form target (RFC 9112, section 3.2.2). */
function pathOf(target: string): string {
  const path = target.split('?', 1)[0] ?? '/';
  return path.startsWith('/') ? path : path.replace(/^[a-z][a-z\d+.-]*:\/\/[^/]*/i, '');
}

/** Percent-decoded as often as a chain of proxies might do it; invalid escapes stay as they are. */
function decoded(path: string): string {
  let text = path;
  for (let round = 0; round < 4; round++) {
    const next = text.replace(/%[\da-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
    if (next === text) break;
    text = next;
  }
  return text;
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
