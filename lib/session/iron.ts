/**
 * iron-session's seal (AES-256-CBC and HMAC-SHA256, `Fe26.2`), without its surprises. It answers `{}` for most bad seals,
 * throws for some, ignores `ttl` when opening and allows 60 s of skew: so every failure is one `null` here, and whoever
 * seals puts a version and times of their own inside.
 */
import { sealData, unsealData } from 'iron-session';
import type { NamedKey } from './keyring.js';

/** `~2` is iron-session's version. It reads `~2x` as 2 as well, and a seal must have one spelling only. */
const KEY_ID = /^Fe26\.2\*(\d{1,10})\*[\w*-]+~2$/;

export function sealIron({ id, key }: NamedKey, value: unknown): Promise<string> {
  return sealData(value, { password: { [id]: key }, ttl: 0 });
}

export interface OpenedIron {
  readonly value: unknown;
  readonly keyId: string;
}

/** Null for anything that none of `keys` sealed. An unknown key is refused before any cryptography. */
export async function openIron(keys: readonly NamedKey[], sealed: string, largest: number): Promise<OpenedIron | null> {
  if (sealed.length > largest) return null;
  const id = KEY_ID.exec(sealed)?.[1];
  const named = keys.find((candidate) => candidate.id === id);
  if (named === undefined) return null;
  const value = await unsealData<unknown>(sealed, { password: { [named.id]: named.key }, ttl: 0 }).catch(() => null);
  return value === null ? null : { value, keyId: named.id };
}

/** How long the seal of `value` will be, without sealing it, so that what is too large is refused at once. */
export function ironLength({ id }: NamedKey, value: unknown): number {
  const plain = Buffer.byteLength(JSON.stringify(value));
  const encrypted = (Math.floor(plain / 16) + 1) * 16;
  const salts = 2 * 64;
  const separators = 7;
  const parts = [16, encrypted, 32].map(base64Length).reduce((sum, length) => sum + length, 0);
  return 'Fe26.2'.length + id.length + salts + parts + separators + '~2'.length;
}

function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}
