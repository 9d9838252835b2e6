/** Cookies as express-session sets them: `s:<id>.<signature>`, percent-encoded; HMAC-SHA256 in base64 without `=`. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Longer than any id: nothing is computed about what is larger than a cookie may be. */
const LONGEST = 4096;

/** The signed id, or null unless one of the secrets has signed it. Never throws. */
export function unsign(cookie: string, secrets: readonly string[]): string | null {
  const value = cookie.length > LONGEST ? null : decoded(cookie);
  if (value === null || !value.startsWith('s:')) return null;
  const dot = value.lastIndexOf('.');
  const [id, signature] = [value.slice(2, dot), value.slice(dot + 1)];
  if (dot < 3 || !secrets.some((secret) => equal(signatureOf(id, secret), signature))) return null;
  return id;
}

function signatureOf(id: string, secret: string): string {
  return createHmac('sha256', secret).update(id).digest('base64').replace(/=+$/, '');
}

function decoded(cookie: string): string | null {
  try {
    return decodeURIComponent(cookie);
  } catch {
    return null;
  }
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
