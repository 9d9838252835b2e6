/** Answers given in place of the app's. Not by `next(error)`: an error handler that calls `next()` would go on. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { nameOf, SwapproofError } from '../errors.js';
import type { Would } from '../events.js';
import { contextOfRequest } from './context-storage.js';
import { routeOf } from './route-label.js';

export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 503;
  readonly code: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** JSON, or plain text for a client that asked for HTML. The body is a constant of the refusal: nobody's data. */
export function refuse(req: IncomingMessage, res: ServerResponse, { status, code, message, headers }: Refusal): void {
  const html = req.headers.accept?.includes('text/html') === true;
  const body = html ? `${message}\n` : JSON.stringify({ error: { code: status, status: code, message } });
  res.statusCode = status;
  res.setHeader('Cache-Control', 'private, no-store');
  res.setHeader('Content-Type', `${html ? 'text/plain' : 'application/json'}; charset=utf-8`);
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Content-Length', Buffer.byteLength(body));
  for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value);
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** What a rehearsal tells of a request that would have ended in an error before the app saw it. */
export function refusedByError(req: IncomingMessage, error: unknown): Would {
  const code = error instanceof SwapproofError ? error.code : nameOf(error);
  const source = { requestId: contextOfRequest(req)?.requestId ?? '', route: routeOf(req) };
  const why = WHY[code] ?? 'The request could not be given a context of its own.';
  return {
    source,
    rule: code === 'ERR_MOUNT_ORDER' ? 'mount order' : 'context',
    now: 'the app answers',
    enforced: `an error, ${code}`,
    why,
  };
}

const WHY: Readonly<Record<string, string>> = {
  ERR_MOUNT_ORDER: 'A session library that ran before has read cookies that nothing had checked.',
};

/** Whether a browser is going to show the answer as a page, so that a redirect makes sense. */
export function isNavigation(req: IncomingMessage): boolean {
  if (req.method !== 'GET' && req.method !== 'HEAD') return false;
  const mode = req.headers['sec-fetch-mode'];
  return mode === undefined ? req.headers.accept?.includes('text/html') === true : mode === 'navigate';
}
