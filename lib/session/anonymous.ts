/**
 * An anonymous session: a cookie with a root and nobody in it, so that a cart can begin before a login. It is no
 * session: whoever has one is not logged in, and nothing of it but its stored values ever becomes a session's.
 */
import type { Birth } from '../revocation/replica.js';
import { randomId } from './ids.js';
import { isSessionId, rootOf } from './token.js';

export interface AnonymousToken {
  readonly root: string;
  /** Where it was born in the log: revoking everyone ends it too. */
  readonly genesis: string;
  readonly birth: number;
  readonly audience: string;
}

/** What is sealed of it: a shape that can't be read as a session's, nor a session's as this. */
interface AnonymousForm {
  readonly v: 1;
  readonly n: string;
  readonly g: string;
  readonly b: number;
  readonly u: string;
}

export function newAnonymous({ genesis, position }: Birth, audience: string): AnonymousToken {
  return { root: randomId(), genesis, birth: position, audience };
}

export function toAnonymousForm({ root, genesis, birth, audience }: AnonymousToken): AnonymousForm {
  return { v: 1, n: root, g: genesis, b: birth, u: audience };
}

/** The anonymous session in what a seal held; null for anything that is none. */
export function fromAnonymousForm(value: unknown): AnonymousToken | null {
  if (typeof value !== 'object' || value === null) return null;
  const { v, n, g, b, u } = value as Partial<Record<keyof AnonymousForm, unknown>>;
  if (v !== 1 || !isSessionId(n) || rootOf(n) !== n || !isName(g) || !isName(u) || !isPosition(b)) return null;
  return Object.freeze({ root: n, genesis: g, birth: b, audience: u });
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
