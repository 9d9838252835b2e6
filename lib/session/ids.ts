/** New ids, and the hash by which events, activity cookies and the registry name a session without giving it away. */
import { hash, randomBytes } from 'node:crypto';

/** 128 bits, 22 characters of base64url. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

/** SHA-256 in base64url, 43 characters. Ids are random, so their hashes can't be guessed back. */
export function hashOf(id: string): string {
  return hash('sha256', id, 'base64url');
}
