/**
 * The name of a route in events and errors: `GET /account/:id`. Express's pattern where one matched, for a path can
 * hold a secret (a reset link); otherwise the path with every long segment blotted out, and never the query.
 */
import type { IncomingMessage } from 'node:http';

/** What Express adds to a request; absent in Connect. */
interface ExpressRequest extends IncomingMessage {
  originalUrl?: string;
  baseUrl?: string;
  route?: { path?: unknown };
}

const LONGEST_SEGMENT = 24;
const LONGEST_LABEL = 120;

export function routeOf(req: ExpressRequest): string {
  const pattern = req.route?.path;
  const path =
    typeof pattern === 'string'
      ? blot(req.baseUrl ?? '') + pattern
      : blot((req.originalUrl ?? req.url ?? '/').split('?', 1)[0] ?? '/');
  return `${req.method ?? 'GET'} ${path.slice(0, LONGEST_LABEL)}`;
}

function blot(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.length > LONGEST_SEGMENT ? '...' : segment.replace(/[^\x21-\x7e]/g, '?')))
    .join('/');
}
