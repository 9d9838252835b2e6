/**
 * Whether the session that a request brought was still there. From outside, a login by GET and an expired session that
 * was replaced look alike: the id changes. But express-session assigns `req.session` first when it has asked its store:
 * the session that came, or a new one.
 */
import type { IncomingMessage } from 'node:http';

/**
 * Watches for the first object that is assigned to `req.session`, which then becomes an ordinary property.
 * @returns tells the id of that first session; undefined if none was seen
 */
export function watchFirstSession(req: IncomingMessage): () => string | undefined {
  let first: string | undefined;
  if ('session' in req) return () => first;
  Object.defineProperty(req, 'session', {
    configurable: true,
    enumerable: false,
    get: () => undefined,
    set(value: unknown) {
      const id = (value as { id?: unknown } | null | undefined)?.id;
      if (typeof id === 'string') first = id;
      Object.defineProperty(req, 'session', { value, configurable: true, enumerable: true, writable: true });
    },
  });
  return () => first;
}
