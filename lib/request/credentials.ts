/**
 * R5, R6: everything in a request that could name a session. Nothing here decides who it is; it answers what was
 * presented, whether it is contradictory, and one key for the whole set.
 */
import { createHash } from 'node:crypto';

export interface Credential {
  readonly kind: 'cookie' | 'header';
  /** Cookie name, or header name in lower case. */
  readonly name: string;
  readonly value: string;
}

export interface CredentialSet {
  /** Every credential present, identical copies once, in the order cookie names then header names. */
  readonly all: readonly Credential[];
  /** Names of cookies that came with two different values. */
  readonly contradicted: readonly string[];
  /** Names of cookies that came more than once with the same value. */
  readonly repeated: readonly string[];
}

/**
 * A key that is total (an empty set has one too), injective (JSON quotes what a separator would confuse) and made of
 * every credential present. In December 2022 two cookies made such a key `undefined`, and a customer's session was
 * served to anonymous visitors.
 */
export function credentialKey(credentials: readonly Credential[]): string {
  const canonical = JSON.stringify(credentials.map(({ kind, name, value }) => [kind, name, value]).sort(byText));
  return createHash('sha256').update(canonical).digest('base64url');
}

function byText(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
