/**
 * Names that some other parser could take for ours: the same after percent-decoding, trimming Unicode white space and
 * folding case (PortSwigger, "Cookie Chaos": U+2000 before `__Host-` passes a browser's prefix check). They are never
 * read as ours, only reported.
 */

/** Control characters, white space, and bytes that are no UTF-8: Latin-1 parsers count two of them as white (NEL, NBSP). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const EDGES = /^[\x00-\x20\x7f\x85\s\ufffd]+|[\x00-\x20\x7f\x85\s\ufffd]+$/g;
const PLAIN = /^[!-$&-~]+$/;

export function isLookalike(name: string, names: readonly string[]): boolean {
  const folded = fold(name);
  return names.some((own) => own !== name && fold(own) === folded);
}

/** Header text holds one byte a character, so UTF-8 has to be read out of it before its white space shows. */
function fold(name: string): string {
  if (PLAIN.test(name)) return name.toLowerCase();
  const bytes = name.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  // Upper case first: the long s and the Kelvin sign have no lower-case form of their own.
  return text.replace(EDGES, '').toUpperCase().toLowerCase();
}
