/** The `Set-Cookie` lines of the bound session: which count, and for how long the browser will keep them. */
import { attributesOf, cookieNameOf } from '../response/set-cookie-line.js';

/** What browsers allow at most (RFC 6265bis, section 5.5), in seconds. */
const LONGEST = 400 * 24 * 3600;

/**
 * Without the lines that a later one replaces in the browser: same name, Domain and Path. If the last is then withheld,
 * an earlier one (an upstream's, passed on by a proxy) must not win.
 */
export function withoutReplaced(lines: readonly string[], name: string): string[] {
  const last = new Map(lines.map((line, index) => [cookieKey(line), index]));
  return lines.filter((line, index) => cookieNameOf(line) !== name || last.get(cookieKey(line)) === index);
}

export function cookieValueOf(line: string): string {
  const [pair = ''] = line.split(';', 1);
  return pair.slice(pair.indexOf('=', pair.search(/[^\s=]/)) + 1).trim();
}

/**
 * With the longest lifetime instead of its own. The store keeps the idle time, and no GET renews the cookie any more.
 * One without a lifetime ends with the browser and stays so: else closing it would no longer log anybody out.
 */
export function lengthened(line: string, now: number): string {
  if (!hasLifetime(line)) return line;
  return line
    .split(';')
    .map((piece, index) => (index === 0 ? piece : lengthenedAttribute(piece, now)))
    .join(';');
}

function lengthenedAttribute(piece: string, now: number): string {
  const [name = ''] = piece.split('=', 1);
  switch (name.trim().toLowerCase()) {
    case 'max-age':
      return ` Max-Age=${LONGEST}`;
    case 'expires':
      return ` Expires=${new Date(now + LONGEST * 1000).toUTCString()}`;
    default:
      return piece;
  }
}

function hasLifetime(line: string): boolean {
  const attributes = attributesOf(line);
  return /^-?\d+$/.test(attributes.get('max-age') ?? '') || !Number.isNaN(Date.parse(attributes.get('expires') ?? ''));
}

function cookieKey(line: string): string {
  const attributes = attributesOf(line);
  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  return JSON.stringify([cookieNameOf(line), domain, attributes.get('path') ?? '']);
}
