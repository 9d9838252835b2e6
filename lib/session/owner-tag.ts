/**
 * The owner tag: a MAC of the session's root, readable by scripts and set only by responses to unsafe methods. A page
 * compares it with the tag of a response (`Server-Timing`), and so notices a body that was meant for someone else.
 */
import type { Keyring } from './keyring.js';

export function ownerTag(keyring: Keyring, root: string): string {
  return keyring.mac('owner', root);
}

export function isOwnerTag(keyring: Keyring, root: string, tag: string): boolean {
  return keyring.verify('owner', root, tag);
}

/** The header field that carries a tag; `desc` is what scripts read (W3C Server Timing). */
export function serverTiming(tag: string): string {
  return `swapproof;desc="${tag}"`;
}
