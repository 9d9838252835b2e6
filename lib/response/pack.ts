/**
 * What the guard writes into a head so that nobody stores it for somebody else. Both are idempotent and independent of
 * the order in which headers were set.
 */
import type { ServerResponse } from 'node:http';
import { denialOf, isTargetedField } from './targeted-fields.js';

/**
 * PACK: exactly one `Cache-Control: private, no-store` (Fastly obeys only the first word, browsers need the second), no
 * `Expires`, a denial for each targeted field that was there, and `Vary` with whatever the response depends on.
 */
export function pack(res: ServerResponse, credentialHeaders: readonly string[]): void {
  for (const name of res.getHeaderNames().filter(isTargetedField)) res.setHeader(name, denialOf(name));
  res.removeHeader('Expires');
  res.setHeader('Cache-Control', 'private, no-store');
  addVary(res, ['Cookie', ...credentialHeaders]);
}

/** For what belongs to nobody and says nothing: no shared cache guesses, and Back asks again after a login. */
export function revalidate(res: ServerResponse): void {
  res.setHeader('Cache-Control', 'private, no-cache');
  addVary(res, ['Cookie']);
}

/**
 * One line, each name once, case as first written. A `*` stays in its place and the names are added all the same:
 * Varnish, which does not know it, reads the names beside it.
 */
function addVary(res: ServerResponse, names: readonly string[]): void {
  const present = [res.getHeader('vary') ?? []].flat().join(',').split(',');
  const fields = new Map<string, string>();
  for (const name of [...present, ...names].map((field) => field.trim())) {
    const key = name.toLowerCase();
    if (name !== '' && !fields.has(key)) fields.set(key, name);
  }
  res.setHeader('Vary', [...fields.values()].join(', '));
}
