/**
 * Methods on the wire. For cookies, POST, PUT, PATCH and DELETE are unsafe and every other method counts as safe,
 * since a cache could keep its answer (QUERY is cacheable). For cross-site checks only GET, HEAD, OPTIONS and TRACE
 * are harmless, and no `Upgrade` is.
 */
import type { IncomingMessage } from 'node:http';

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const HARMLESS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const CACHEABLE = new Set(['GET', 'HEAD', 'QUERY']);

export function isSafeMethod(method: string): boolean {
  return !UNSAFE.has(method);
}

export function isCacheableMethod(method: string): boolean {
  return CACHEABLE.has(method);
}

/** What method-override leaves of the request line once it has written another method over it. */
interface OverriddenRequest extends IncomingMessage {
  originalMethod?: unknown;
}

/** The method of the request line, also behind a method-override that was mounted earlier. */
export function wireMethod(req: OverriddenRequest): string {
  const { originalMethod, method = 'GET' } = req;
  return typeof originalMethod === 'string' ? originalMethod : method;
}

export function canChangeState(req: IncomingMessage): boolean {
  return !HARMLESS.has(wireMethod(req)) || req.headers.upgrade !== undefined;
}
