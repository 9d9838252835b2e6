/**
 * The service token that a request presents: in `Authorization: Bearer` (RFC 6750, section 2.1) or in one of the headers
 * that were configured. Never in a form or in a URL, which end up in logs, histories and `Referer`.
 */
import type { IncomingMessage } from 'node:http';
import type { RequestContext } from '../../request/context.js';
import type { Credential } from '../../request/credentials.js';
import { headerLines } from '../../request/header-lines.js';
import type { TokenForm } from './token-form.js';

/** `ambiguous`: two different ones, of which none is guessed (R5). `malformed`: something, but no token of this prefix. */
export type PresentedToken =
  | { readonly kind: 'none' | 'ambiguous' | 'malformed' }
  | { readonly kind: 'token'; readonly text: string };

/** @param headers names in lower case, beside `authorization` */
export function presentedToken(req: IncomingMessage, headers: readonly string[], form: TokenForm): PresentedToken {
  const all = new Set([...bearers(req), ...headers.flatMap((name) => valuesOf(req, name))]);
  const ours = [...all].filter((text) => form.hasPrefix(text));
  if (ours.length > 1) return { kind: 'ambiguous' };
  const [text] = ours;
  if (text !== undefined && form.isWellFormed(text)) return { kind: 'token', text };
  return { kind: all.size === 0 ? 'none' : 'malformed' };
}

/**
 * What came in headers that the kit does not know as credentials becomes one: the response is private, and `Vary` names
 * them.
 */
export function addToCredentials(context: RequestContext, headers: readonly string[]): void {
  const { all } = context.credentials;
  const unknown = headers.filter((name) => !all.some((known) => known.kind === 'header' && known.name === name));
  const added = unknown.flatMap((name) =>
    valuesOf(context.req, name).map((value): Credential => ({ kind: 'header', name, value })),
  );
  if (added.length > 0) context.credentials = { ...context.credentials, all: [...all, ...added] };
}

function bearers(req: IncomingMessage): string[] {
  return headerLines(req, 'authorization').flatMap((line) => /^bearer +(\S+) *$/i.exec(line)?.[1] ?? []);
}

function valuesOf(req: IncomingMessage, name: string): string[] {
  return headerLines(req, name)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
