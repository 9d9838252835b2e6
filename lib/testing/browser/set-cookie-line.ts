/** One `Set-Cookie` line, taken apart as browsers do (RFC 6265bis, section 5.6). Whose it may be, the jar decides. */
import { readCookieDate } from './cookie-date.js';

/** 'unset': not given, or a word that no browser knows. */
export type SameSite = 'strict' | 'lax' | 'none' | 'unset';

export interface ReadCookie {
  readonly name: string;
  readonly value: string;
  /** In lower case, without a leading dot; empty if it was not given. */
  readonly domain: string;
  /** Null where the path of the request decides. */
  readonly path: string | null;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: SameSite;
  /** Milliseconds since the epoch; infinite for a cookie that ends with the browser. */
  readonly expires: number;
}

/** Name and value together; an attribute's value is cut at a quarter of it. */
const LARGEST_PAIR = 4096;
const LARGEST_ATTRIBUTE = 1024;
/** Browsers keep nothing for longer. */
const LONGEST_LIFE = 400 * 24 * 3_600_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that browsers refuse a line for
const CONTROL = /[\x00-\x1f\x7f]/;

type Attributes = ReadonlyMap<string, string>;

/** Null for a line that browsers drop whatever the request was. */
export function readSetCookie(line: string, now: number): ReadCookie | null {
  const [pair = '', ...rest] = line.split(';');
  const equals = pair.indexOf('=');
  const name = equals < 0 ? '' : pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  if (CONTROL.test(line) || (name === '' && value === '')) return null;
  if (Buffer.byteLength(name) + Buffer.byteLength(value) > LARGEST_PAIR) return null;
  const attributes = attributesOf(rest);
  const path = attributes.get('path');
  const cookie: ReadCookie = {
    name,
    value,
    domain: (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase(),
    path: path?.startsWith('/') ? path : null,
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: sameSiteOf(attributes),
    expires: expiryOf(attributes, now),
  };
  return keepsItsPrefix(cookie) ? cookie : null;
}

/** Names in lower case; of several of one name the last counts. What is too long was never there. */
function attributesOf(parts: readonly string[]): Attributes {
  const pairs = parts.map((part): [string, string] => {
    const equals = part.indexOf('=');
    if (equals < 0) return [part.trim().toLowerCase(), ''];
    return [part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim()];
  });
  return new Map(pairs.filter(([, value]) => Buffer.byteLength(value) <= LARGEST_ATTRIBUTE));
}

/** What names promise, in any case. Without a name, the value must not look like one that promises. */
function keepsItsPrefix({ name, value, domain, path, secure, httpOnly }: ReadCookie): boolean {
  const [prefix = ''] = /^__(?:host-http|host|secure|http)-/i.exec(name || value) ?? [];
  if (prefix === '') return true;
  if (name === '' || !secure) return false;
  if (/http-$/i.test(prefix) && !httpOnly) return false;
  return !/^__host-/i.test(prefix) || (domain === '' && path === '/');
}

function sameSiteOf(attributes: Attributes): SameSite {
  const word = attributes.get('samesite')?.toLowerCase();
  return word === 'strict' || word === 'lax' || word === 'none' ? word : 'unset';
}

/** `Max-Age` goes before `Expires`; what is unreadable counts as absent. */
function expiryOf(attributes: Attributes, now: number): number {
  const maxAge = attributes.get('max-age') ?? '';
  if (/^-?\d+$/.test(maxAge)) {
    return Number(maxAge) > 0 ? now + Math.min(Number(maxAge) * 1000, LONGEST_LIFE) : Number.NEGATIVE_INFINITY;
  }
  const date = readCookieDate(attributes.get('expires') ?? '');
  return date === null ? Number.POSITIVE_INFINITY : Math.min(date, now + LONGEST_LIFE);
}
