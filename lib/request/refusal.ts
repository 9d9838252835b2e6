/** Answers given in place of the app's. Not by `next(error)`: an error handler that calls `next()` would go on. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 503;
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

/** Whether a browser is going to show the answer as a page, so that a redirect makes sense. */
export function isNavigation(req: IncomingMessage): boolean {
  if (req.method !== 'GET' && req.method !== 'HEAD') return false;
  const mode = req.headers['sec-fetch-mode'];
  return mode === undefined ? req.headers.accept?.includes('text/html') === true : mode === 'navigate';
}
