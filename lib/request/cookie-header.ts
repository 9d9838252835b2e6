/**
 * The `Cookie` header, read by ourselves: every parser in use keeps the first of two cookies of one name, and which one
 * comes first is up to whoever set them (RFC 6265bis section 4.2.2; a cookie with a longer Path precedes the real one).
 *
 * Pairs are split where `cookie` 0.7 splits them (Express, express-session): at `;` whatever the quotes, name and value
 * trimmed of spaces and tabs only. Nothing is decoded and no quotes are taken off: `a`, `"a"` and `%61` would be one
 * value to that parser and are three here. So a second copy that is not the same bytes contradicts the first one (R5),
 * and a value of ours in another spelling is malformed.
 */
export interface CookiePair {
  readonly name: string;
  readonly value: string;
}

/** Every pair in the order sent. Ignored: what has no `=`, and what has no name (`=sid=x` is no cookie `sid`). */
export function parseCookieHeader(header: string): CookiePair[] {
  const pairs: CookiePair[] = [];
  for (const piece of header.split(';')) {
    const pair = readPair(piece);
    if (pair) pairs.push(pair);
  }
  return pairs;
}

/** The header without the cookies of these names; all others keep their bytes. */
export function withoutCookies(header: string, names: ReadonlySet<string>): string {
  const kept = header.split(';').filter((piece) => !names.has(readPair(piece)?.name ?? ''));
  return trimBlanks(kept.join(';'));
}

function readPair(piece: string): CookiePair | undefined {
  const equals = piece.indexOf('=');
  if (equals === -1) return undefined;
  const name = trimBlanks(piece.slice(0, equals));
  return name === '' ? undefined : { name, value: trimBlanks(piece.slice(equals + 1)) };
}

/** Spaces and tabs only, as `cookie` does: `trim()` would make `sid` of a no-break space and `sid`. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
