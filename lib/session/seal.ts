/** Sealing and opening sessions (iron.ts). Our own version field is required, and our own times decide. */
import { type AnonymousToken, fromAnonymousForm, toAnonymousForm } from './anonymous.js';
import { ironLength, openIron, sealIron } from './iron.js';
import type { Keyring, SealPurpose } from './keyring.js';
import { fromSealedForm, toSealedForm } from './sealed-form.js';
import type { SessionToken } from './token.js';

/** Name and value together; browsers drop what is larger without a word (RFC 6265bis, section 5.7). */
export const LARGEST_COOKIE = 4096;

/** A session, or an anonymous one. */
export type OpenedSeal = (
  | { readonly token: SessionToken; readonly anonymous: null }
  | { readonly token: null; readonly anonymous: AnonymousToken }
) & {
  /** True if a retired key sealed it, so that it should be sealed again. */
  readonly byOldKey: boolean;
};

export async function seal(keyring: Keyring, token: SessionToken, purpose: SealPurpose = 'session'): Promise<string> {
  return sealIron(keyring.newest(purpose), toSealedForm(token));
}

export async function sealAnonymous(keyring: Keyring, token: AnonymousToken): Promise<string> {
  return sealIron(keyring.newest('session'), toAnonymousForm(token));
}

/** What is in a seal, or null for anything else. */
export async function open(
  keyring: Keyring,
  sealed: string,
  purpose: SealPurpose = 'session',
): Promise<OpenedSeal | null> {
  const opened = await openIron(keyring.keys(purpose), sealed, LARGEST_COOKIE);
  if (opened === null) return null;
  const byOldKey = opened.keyId !== keyring.newest(purpose).id;
  const token = fromSealedForm(opened.value);
  if (token !== null) return { token, anonymous: null, byOldKey };
  const anonymous = fromAnonymousForm(opened.value);
  return anonymous && { token: null, anonymous, byOldKey };
}

/** How long the seal of this token will be, without sealing it, so that too much data is refused at once. */
export function sealedLength(keyring: Keyring, token: SessionToken): number {
  return ironLength(keyring.newest('session'), toSealedForm(token));
}
