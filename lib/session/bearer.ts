/**
 * Tokens for clients without cookies: the seal of a session under a key of its own, so that neither opens as the other.
 * `*` is no character of a bearer token (RFC 6750, section 2.1), so these are spelled with dots.
 */
import type { IncomingMessage } from 'node:http';
import type { Credential, CredentialSet } from '../request/credentials.js';
import { rewriteHeader } from '../request/header-lines.js';

const SEAL = 'Fe26.2';

export function toBearer(sealed: string): string {
  return sealed.replaceAll('*', '.');
}

/** The seal in a token; null for any other spelling, the cookie's own included. */
export function fromBearer(text: string): string | null {
  if (!/^Fe26\.2\.[\w.-]+~2$/.test(text)) return null;
  return SEAL + text.slice(SEAL.length).replaceAll('.', '*');
}

/** What came as a bearer and looks like a seal, each once: everybody else's tokens name nobody here. */
export function presentedTokens({ all }: CredentialSet): readonly string[] {
  return [...new Set(all.flatMap((credential) => tokenIn(credential) ?? []))];
}

/** Takes them out of a request that is answered as anonymous; other credentials in these headers stay. */
export function stripTokens(req: IncomingMessage): void {
  for (const name of ['authorization', 'x-session-token']) {
    rewriteHeader(req, name, (value) => (tokenIn({ kind: 'header', name, value }) === null ? value : ''));
  }
}

export function isToken(credential: Credential): boolean {
  return tokenIn(credential) !== null;
}

function tokenIn({ kind, name, value }: Credential): string | null {
  if (kind !== 'header') return null;
  const text = name === 'authorization' ? /^bearer +(\S+)$/i.exec(value)?.[1] : name === 'x-session-token' ? value : '';
  return text?.startsWith(SEAL) ? text : null;
}
