/**
 * A token in a URL has been written into logs, histories and `Referer` before it got here, so it is no secret any more.
 * Refused, whatever else came with the request, so that nobody gets used to it.
 */
import { decodedPath } from '../../request/decoded-path.js';
import type { TokenForm } from './token-form.js';

/** Random characters and checksum. */
const AFTER_PREFIX = '_[0-9A-Za-z]{36}';

/** The lookup id of the first well formed token in path or query, however often it was percent-encoded; or null. */
export function tokenInUrl(url: string, form: TokenForm): string | null {
  // The prefix is made of letters, digits and _ only, so it means itself in a pattern.
  const candidates = decodedPath(url).matchAll(new RegExp(`(?=(${form.prefix}${AFTER_PREFIX}))`, 'g'));
  for (const [, text = ''] of candidates) {
    if (form.isWellFormed(text)) return form.lookupIdOf(text);
  }
  return null;
}
