/**
 * Which requests are for the probe. Anything below its path is, under any prefix and in any encoding: a cache that reads
 * `/static/..%2f.well-known/swapproof-probe/x.css` in its own way must meet the same page there as under the plain path,
 * or its way of reading would go unseen.
 */
import type { IncomingMessage } from 'node:http';
import { decodedPath, pathOf } from '../request/decoded-path.js';
import { targetOf } from '../request/route-match.js';

export const PROBE_PATH = '/.well-known/swapproof-probe';

/**
 * The two segments one after the other, whatever stands before and after; between them path parameters, doubled slashes
 * and `.` segments are overlooked. Both names are whole: `swapproof-probes` is another page.
 */
const PROBE = /\/\.well-known(?:;[^/]*)?\/(?:\.?\/)*swapproof-probe(?![\w-])/i;

/** By the path on the wire: mounted routers and rewriting middleware change `url`, not `originalUrl`. */
export function isProbe(req: IncomingMessage): boolean {
  const raw = pathOf(targetOf(req));
  // Cheap for all the app's own paths: only an escape can hide the name.
  if (!raw.includes('%') && !/swapproof-probe/i.test(raw)) return false;
  return PROBE.test(decodedPath(raw).replaceAll('\\', '/'));
}
