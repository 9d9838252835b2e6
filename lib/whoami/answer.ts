/**
 * What whoami writes. Every answer is private and not to be stored, whoever asked. All but a session's own are constants
 * of this file: the anonymous one comes from no cache, so nothing personal can ever be in it (R6).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pack } from '../response/pack.js';
import type { Found } from './cache.js';

export interface WhoamiRefusal {
  readonly status: number;
  readonly body: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export const ANONYMOUS = refusal(
  401,
  'Unauthorized',
  'session_inactive',
  'No active session was found in this request.',
);
export const NOT_FOUND = refusal(404, 'Not Found', 'not_found', 'Only the exact path of whoami answers.');
export const METHOD_NOT_ALLOWED = refusal(
  405,
  'Method Not Allowed',
  'method_not_allowed',
  'Ask with GET, HEAD or POST.',
  { Allow: 'GET, HEAD, POST' },
);
export const UNAVAILABLE = refusal(
  503,
  'Service Unavailable',
  'unavailable',
  'Whether there is a session can not be known now. Try again.',
  { 'Retry-After': '1' },
);
export const NOT_CACHED = refusal(
  504,
  'Gateway Timeout',
  'not_cached',
  'No answer is at hand, and only-if-cached was asked.',
);

/** `vary`: the request headers beside Cookie that the answer may depend on. */
export function writeSession(
  req: IncomingMessage,
  res: ServerResponse,
  { entry, age }: Found<unknown>,
  vary: readonly string[],
): void {
  pack(res, vary);
  res.statusCode = 200;
  res.setHeader('Age', Math.floor(age / 1000));
  writeBody(req, res, entry.body, entry.bodyBytes);
}

export function writeRefusal(
  req: IncomingMessage,
  res: ServerResponse,
  { status, body, headers }: WhoamiRefusal,
  vary: readonly string[],
): void {
  pack(res, vary);
  res.statusCode = status;
  for (const [name, value] of headers) res.setHeader(name, value);
  writeBody(req, res, body, body.length);
}

/** Compared with `res.json`, nothing is serialised, tagged or sniffed. */
function writeBody(req: IncomingMessage, res: ServerResponse, body: string, bytes: number): void {
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.setHeader('Content-Length', bytes);
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  res.end(req.method === 'HEAD' ? undefined : body);
}

/** The error body of Ory's API, in ASCII: its length is its size. */
function refusal(status: number, title: string, id: string, reason: string, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ error: { id, code: status, status: title, reason, message: reason } });
  return Object.freeze({ status, body, headers: Object.freeze(Object.entries(headers)) });
}
