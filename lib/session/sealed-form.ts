/** A token as it is sealed: short names, and nothing twice, since all of it has to fit into one cookie. */
import { readToken, rootOf, type SessionToken } from './token.js';

interface SealedForm {
  readonly v: 1;
  readonly i: string;
  readonly s: string;
  readonly g: string;
  readonly b: number;
  readonly t: number;
  readonly a: number;
  readonly e: number;
  /** Only in a remembered session. */
  readonly r?: 1;
  readonly u: string;
  readonly p: readonly string[];
  readonly d: SessionToken['data'];
}

export function toSealedForm(token: SessionToken): SealedForm {
  return {
    v: token.v,
    i: token.id,
    s: token.subject,
    g: token.genesis,
    b: token.birth,
    t: token.issuedAt,
    a: token.authenticatedAt,
    e: token.expiresAt,
    ...(token.remembered && { r: 1 }),
    u: token.audience,
    p: token.predecessors,
    d: token.data,
  };
}

/** The token in what a seal held; null for anything that is none. */
export function fromSealedForm(value: unknown): SessionToken | null {
  if (typeof value !== 'object' || value === null) return null;
  const { v, i, s, g, b, t, a, e, r, u, p, d } = value as Partial<Record<keyof SealedForm, unknown>>;
  return readToken({
    v,
    id: i,
    root: typeof i === 'string' ? rootOf(i) : undefined,
    subject: s,
    genesis: g,
    birth: b,
    issuedAt: t,
    authenticatedAt: a,
    expiresAt: e,
    remembered: r === undefined ? false : r === 1 || undefined,
    audience: u,
    predecessors: p,
    data: d,
  });
}
