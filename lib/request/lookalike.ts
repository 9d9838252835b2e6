/**
 * Names that some other parser could take for ours: the same after percent-decoding, trimming Unicode white space and
 * folding case (PortSwigger, "Cookie Chaos": U+2000 before `__Host-` passes a browser's prefix check). They are never
 * read as ours, only reported.
 */

/** Control characters, white space, and bytes that are no UTF-8: Latin-1 parsers count two of them as white (NEL, NBSP). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const EDGE = /[\x00-\x20\x7f\x85\s\ufffd]/;
const PLAIN = /^[!-$&-~]+$/;
/** In bytes. No browser and no parser takes a longer name for one of ours. */
const LONGEST = 200;

export function isLookalike(name: string, names: readonly string[]): boolean {
  if (name.length > LONGEST) return false;
  const folded = fold(name);
  return names.some((own) => own !== name && fold(own) === folded);
}

/** Header text holds one byte a character, so UTF-8 has to be read out of it before its white space shows. */
function fold(name: string): string {
  if (PLAIN.test(name)) return name.toLowerCase();
  const bytes = name.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  // Upper case first: the long s and the Kelvin sign have no lower-case form of their own.
  return withoutEdges(text).toUpperCase().toLowerCase();
}

/** By index: a regular expression that ends in `+$` tries every blank of `x    y` as a beginning. */
function withoutEdges(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && EDGE.test(text.charAt(start))) start++;
  while (end > start && EDGE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
