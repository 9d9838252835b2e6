/**
 * Sealing and opening session cookies with iron-session's seal (AES-256-CBC and HMAC-SHA256, `Fe26.2`).
 * It answers `{}` for most bad seals, throws for some, ignores `ttl` when opening and allows 60 s of skew: so every
 * failure is one `null` here, our own version field is required, and our own times decide.
 */
import { sealData, unsealData } from 'iron-session';
import type { Keyring, SealPurpose } from './keyring.js';
import { fromSealedForm, toSealedForm } from './sealed-form.js';
import type { SessionToken } from './token.js';

/** Name and value together; browsers drop what is larger without a word (RFC 6265bis, section 5.7). */
export const LARGEST_COOKIE = 4096;

/** `~2` is iron-session's version. It reads `~2x` as 2 as well, and a session must have one spelling only. */
const KEY_ID = /^Fe26\.2\*(\d{1,10})\*[\w*-]+~2$/;

export interface OpenedSeal {
  readonly token: SessionToken;
  /** True if a retired key sealed it, so that it should be sealed again. */
  readonly byOldKey: boolean;
}

export async function seal(keyring: Keyring, token: SessionToken, purpose: SealPurpose = 'session'): Promise<string> {
  const { id, key } = keyring.newest(purpose);
  return sealData(toSealedForm(token), { password: { [id]: key }, ttl: 0 });
}

/** The token in a seal, or null for anything else. An unknown key is refused before any cryptography. */
export async function open(
  keyring: Keyring,
  sealed: string,
  purpose: SealPurpose = 'session',
): Promise<OpenedSeal | null> {
  if (sealed.length > LARGEST_COOKIE) return null;
  const id = KEY_ID.exec(sealed)?.[1];
  const named = keyring.keys(purpose).find((candidate) => candidate.id === id);
  if (named === undefined) return null;
  const value = await unsealData(sealed, { password: { [named.id]: named.key }, ttl: 0 }).catch(() => null);
  const token = fromSealedForm(value);
  return token && { token, byOldKey: named.id !== keyring.newest(purpose).id };
}

/** How long the seal of this token will be, without sealing it, so that too much data is refused at once. */
export function sealedLength(keyring: Keyring, token: SessionToken): number {
  const plain = Buffer.byteLength(JSON.stringify(toSealedForm(token)));
  const encrypted = (Math.floor(plain / 16) + 1) * 16;
  const salts = 2 * 64;
  const separators = 7;
  return (
    'Fe26.2'.length +
    keyring.newest('session').id.length +
    salts +
    base64Length(16) +
    base64Length(encrypted) +
    base64Length(32) +
    separators +
    '~2'.length
  );
}

function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}
