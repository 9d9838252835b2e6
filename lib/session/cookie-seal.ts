/**
 * A seal that needs no awaiting, for small cookies that are written in the moment the head leaves: AES-256-GCM under a
 * key of its own for each message, derived by HKDF-SHA256 from the purpose's key and a fresh salt, so that no pair of
 * key and nonce can ever come twice. Purpose and key id are authenticated with it.
 *
 * `1.keyId.base64url(salt | ciphertext | tag)`
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { hkdf } from './hkdf.js';
import type { Keyring, KitPurpose, NamedKey } from './keyring.js';
import { LARGEST_COOKIE } from './seal.js';

export type CookiePurpose = Extract<KitPurpose, 'login' | 'flash'>;

const SALT = 16;
const TAG = 16;
const FORM = /^1\.(\d{1,10})\.([\w-]+)$/;

export function sealCookie(keyring: Keyring, purpose: CookiePurpose, value: unknown): string {
  const named = keyring.newest(purpose);
  const salt = randomBytes(SALT);
  const { key, nonce } = messageKey(named, salt);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(context(purpose, named));
  const sealed = [salt, cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()];
  return `1.${named.id}.${Buffer.concat(sealed).toString('base64url')}`;
}

/** What was sealed for this purpose; undefined for anything else. An unknown key is refused before any cryptography. */
export function openCookie(keyring: Keyring, purpose: CookiePurpose, sealed: string | undefined): unknown {
  if (sealed === undefined || sealed.length > LARGEST_COOKIE) return undefined;
  const [, id, body = ''] = FORM.exec(sealed) ?? [];
  const named = keyring.keys(purpose).find((candidate) => candidate.id === id);
  const bytes = Buffer.from(body, 'base64url');
  if (named === undefined || bytes.length < SALT + TAG) return undefined;
  const { key, nonce } = messageKey(named, bytes.subarray(0, SALT));
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  decipher.setAAD(context(purpose, named)).setAuthTag(bytes.subarray(-TAG));
  try {
    const text = Buffer.concat([decipher.update(bytes.subarray(SALT, -TAG)), decipher.final()]).toString();
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** How long the seal of this value will be, so that what is too large can be refused at once. */
export function sealedCookieLength(keyring: Keyring, purpose: CookiePurpose, value: unknown): number {
  const bytes = SALT + Buffer.byteLength(JSON.stringify(value)) + TAG;
  return '1.'.length + keyring.newest(purpose).id.length + '.'.length + Math.ceil((bytes * 4) / 3);
}

function messageKey(named: NamedKey, salt: Buffer): { key: Buffer; nonce: Buffer } {
  const bytes = hkdf(named.key, salt, 'swapproof/v1 aes-256-gcm', 32 + 12);
  return { key: bytes.subarray(0, 32), nonce: bytes.subarray(32) };
}

function context(purpose: CookiePurpose, { id }: NamedKey): Buffer {
  return Buffer.from(JSON.stringify(['swapproof/v1', purpose, id]));
}
