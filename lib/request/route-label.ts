/**
 * The name of a route in events and errors: `GET /account/:id`. Express's pattern where one matched, for a path can
 * hold a secret (a reset link); otherwise the path without long segments and without those that look like an id, so that
 * it names a route and not a visitor. Never the query.
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
    .map((segment) => (looksLikeAnId(segment) ? '*' : segment.replace(/[^\x21-\x7e]/g, '?')))
    .join('/');
}

/** `2026-11-21`, `42`, a token; not `v1` or `oauth2`. */
function looksLikeAnId(segment: string): boolean {
  return segment.length > LONGEST_SEGMENT || /^\d+$|\d.*\d/.test(segment);
}
