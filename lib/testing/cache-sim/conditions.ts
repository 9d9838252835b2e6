/** Conditional requests: what a cache asks the origin to confirm, and what a client asks the cache (RFC 9111 section 4.3). */
import { type Answer, type HeaderLine, valuesOf } from '../../evidence/exchange.js';

const CONDITIONS = new Set(['if-none-match', 'if-modified-since']);
const TAG = /(?:W\/)?"[^"]*"|\*/g;
/** Of a body that does not come along. */
const OF_THE_BODY = new Set(['content-length', 'content-encoding', 'content-range']);

/** The client's headers, with a kept response's validators added to its own. */
export function confirming(headers: readonly HeaderLine[], kept: Answer): HeaderLine[] {
  const tags = [...valuesOf(kept.headers, 'etag'), ...valuesOf(headers, 'if-none-match')];
  const since = valuesOf(kept.headers, 'last-modified')[0];
  return [
    ...headers.filter(([name]) => !CONDITIONS.has(name.toLowerCase())),
    ...(tags.length > 0 ? [['If-None-Match', tags.join(', ')] as const] : []),
    ...(tags.length === 0 && since !== undefined ? [['If-Modified-Since', since] as const] : []),
  ];
}

/** Whether a 304 speaks of the kept response, and not of one that the client named. */
export function confirms(notModified: Answer, kept: Answer, requestHeaders: readonly HeaderLine[]): boolean {
  const [named] = valuesOf(notModified.headers, 'etag');
  if (named !== undefined) return valuesOf(kept.headers, 'etag').some((tag) => weak(tag) === weak(named));
  return !requestHeaders.some(([name]) => CONDITIONS.has(name.toLowerCase()));
}

/** 304 in place of a kept response that the client has already. */
export function asConditional(kept: Answer, requestHeaders: readonly HeaderLine[]): Answer {
  if (kept.status !== 200 || !isUnchanged(kept, requestHeaders)) return kept;
  const headers = kept.headers.filter(([name]) => !OF_THE_BODY.has(name.toLowerCase()));
  return { status: 304, headers, body: Buffer.alloc(0) };
}

function isUnchanged(kept: Answer, requestHeaders: readonly HeaderLine[]): boolean {
  const asked = valuesOf(requestHeaders, 'if-none-match').flatMap((value) => value.match(TAG) ?? []);
  if (asked.length > 0) {
    const own = valuesOf(kept.headers, 'etag').map(weak);
    return asked.some((tag) => tag === '*' || own.includes(weak(tag)));
  }
  const since = Date.parse(valuesOf(requestHeaders, 'if-modified-since')[0] ?? '');
  return Date.parse(valuesOf(kept.headers, 'last-modified')[0] ?? '') <= since;
}

function weak(tag: string): string {
  return tag.replace(/^W\//, '');
}
