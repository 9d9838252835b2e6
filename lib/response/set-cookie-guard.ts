/**
 * R3, R5: a session cookie leaves only on the response of the request that minted it. Whatever else sets a cookie of
 * those names is dropped with an event: an app that copies an upstream's headers, another library, a cached reply. A
 * request answered as anonymous sets none at all, expiries included: a library behind would log its user out.
 */
import type { ServerResponse } from 'node:http';
import type { RequestContext } from '../request/context.js';
import { cookieNameOf, setCookieLines } from './set-cookie-line.js';

const reported = new WeakMap<RequestContext, Set<string>>();

/** Idempotent. `names` are those of session cookies: only lines of `context.outgoingCookies` may leave under them. */
export function guardSetCookies(res: ServerResponse, context: RequestContext, names: readonly string[]): void {
  const lines = setCookieLines(res);
  const own = context.anonymised ? [] : [...context.outgoingCookies.values()];
  if (lines.length === 0 && own.length === 0) return;
  const kept: string[] = [];
  for (const line of lines) {
    const name = cookieNameOf(line);
    if (!names.includes(name)) kept.push(line);
    else if (!own.includes(line)) report(context, name);
  }
  const left = [...kept, ...own];
  if (left.length === 0) res.removeHeader('Set-Cookie');
  else res.setHeader('Set-Cookie', left);
}

/** Once a response and name. */
function report(context: RequestContext, name: string): void {
  const known = reported.get(context) ?? new Set();
  if (known.has(name)) return;
  reported.set(context, known.add(name));
  const why = context.anonymised ? 'its request was answered as anonymous' : 'its request did not mint it';
  const message = `${context.route} tried to set the session cookie ${name}, but ${why}; dropped.`;
  context.events.emit('cookie.foreign', message, {
    source: context,
    detail: { cookie: name },
    // A library that sees no session cookie sets a fresh one: that is how it answers anybody, and no attack.
    ...(context.anonymised && { severity: 'info' }),
  });
}
