/** One `Set-Cookie` line, as far as the guard has to understand it (RFC 6265bis section 5.6). */
import type { ServerResponse } from 'node:http';

/** Every `Set-Cookie` line the response has by now. */
export function setCookieLines(res: ServerResponse): string[] {
  return [res.getHeader('set-cookie') ?? []].flat().map(String);
}

/**
 * The name a browser gives the cookie. A nameless one (`=sid=x`) is named as it comes back: browsers send it without
 * the first `=`, and the server reads `sid`.
 */
export function cookieNameOf(line: string): string {
  const [pair = ''] = line.split(';', 1);
  const named = pair.replace(/^[\s=]+/, '');
  return (named.split('=', 1)[0] ?? '').trim();
}

/** Names in lower case; of several of one name the last counts. */
export function attributesOf(line: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const attribute of line.split(';').slice(1)) {
    const [name = '', value = ''] = attribute.split('=', 2);
    attributes.set(name.trim().toLowerCase(), value.trim());
  }
  return attributes;
}

/** Whether the line takes the cookie away: `Max-Age` decides over `Expires`, the last of several counts. */
export function isExpiring(line: string, now: number): boolean {
  const attributes = attributesOf(line);
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0;
  return Date.parse(attributes.get('expires') ?? '') <= now;
}
