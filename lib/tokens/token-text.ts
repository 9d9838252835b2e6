/**
 * How a token is spelled: `prefix_`, 30 random characters of base62, 6 of checksum. Of the random ones the first 8 are the
 * token's id, which is no secret and stays when the rest is rotated: a token whose record is damaged is still known. The
 * other 22 are the secret, 131 bits, which nobody can guess, so that a plain SHA-256 of the whole text is all that need be
 * kept: no slow hash, and no key whose loss would end every token.
 *
 * The checksum is the CRC-32 of all before it, as in the tokens of GitHub: scanners tell tokens from look-alikes without
 * asking anybody, and what was cut or mistyped is refused before any look-up. It is no proof of anything.
 */
import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID = 8;
const SECRET = 22;
const CHECKSUM = 6;
const SUFFIX = 4;

/** The hash of a new secret, 64 hexadecimal digits: what may be written. What was read back is a StoredHash. */
export type SecretHash = string & { readonly [brand]: 'SecretHash' };
declare const brand: unique symbol;

/** Letters, digits and single `_` between them: it means itself in a pattern, and a double-click takes it whole. */
export function isPrefix(prefix: string): boolean {
  return prefix.length <= 32 && /^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$/.test(prefix);
}

/** The spelling of tokens with one prefix. */
export class TokenForm {
  readonly prefix: string;
  readonly #spelling: RegExp;

  constructor(prefix: string) {
    this.prefix = prefix;
    this.#spelling = new RegExp(`^${prefix}_[0-9A-Za-z]{${ID + SECRET + CHECKSUM}}$`);
  }

  /** A new secret, for a new token or for one that is rotated. */
  mint(id: string = randomDigits(ID)): string {
    const body = `${this.prefix}_${id}${randomDigits(SECRET)}`;
    return body + checksum(body);
  }

  hasPrefix(text: string): boolean {
    return text.startsWith(`${this.prefix}_`);
  }

  /** Length, alphabet and checksum. */
  isWellFormed(text: string): boolean {
    return this.#spelling.test(text) && checksum(text.slice(0, -CHECKSUM)) === text.slice(-CHECKSUM);
  }

  /** The part of a well formed token that is no secret: its id. */
  lookupIdOf(text: string): string {
    const start = this.prefix.length + 1;
    return text.slice(start, start + ID);
  }
}

export function isTokenId(id: unknown): id is string {
  return typeof id === 'string' && /^[0-9A-Za-z]{8}$/.test(id);
}

/** SHA-256 of the whole text. */
export function hashOfToken(text: string): SecretHash {
  return hash('sha256', text, 'hex') as SecretHash;
}

/** What people tell tokens apart by. Of the checksum: it says 24 bits of the secret, and leaves 107. */
export function suffixOf(text: string): string {
  return text.slice(-SUFFIX);
}

function randomDigits(count: number): string {
  return Array.from({ length: count }, () => DIGITS[randomInt(DIGITS.length)]).join('');
}

function checksum(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let place = 0; place < CHECKSUM; place++) {
    digits = DIGITS[rest % DIGITS.length] + digits;
    rest = Math.floor(rest / DIGITS.length);
  }
  return digits;
}
