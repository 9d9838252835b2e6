/**
 * What a session cookie says, once opened. Everything here is old news to whoever holds the cookie: an older cookie of
 * a live session still opens with its older data.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type SessionData = Readonly<Record<string, Json>>;

export interface SessionToken {
  readonly v: 1;
  /** `root`, or `root.suffix` after a regenerate. */
  readonly id: string;
  /** The id the session was started with: 128 bits of a CSPRNG. */
  readonly root: string;
  readonly subject: string;
  readonly genesis: string;
  readonly birth: number;
  /** When this cookie was sealed, when the subject proved who they are, when all ends: ms since the epoch. */
  readonly issuedAt: number;
  readonly authenticatedAt: number;
  readonly expiresAt: number;
  /** Whether the user asked to stay logged in: other timeouts, and cookies that outlive the browser. */
  readonly remembered: boolean;
  readonly audience: string;
  /** Beginnings of the hashes of what the minting requests presented, newest first, at most four. */
  readonly predecessors: readonly string[];
  readonly data: SessionData;
}

/** Characters of a hash that a predecessor keeps: 132 bits. */
export const PREDECESSOR_LENGTH = 22;

const ID = /^[\w-]{22}(?:\.[\w-]{22})?$/;

/** The value as a token if it is one of ours, else null. Only our own seals get here: this is about shape and version. */
export function readToken(value: unknown): SessionToken | null {
  if (typeof value !== 'object' || value === null) return null;
  const token = value as Partial<Record<keyof SessionToken, unknown>>;
  const sound =
    token.v === 1 &&
    isSessionId(token.id) &&
    typeof token.root === 'string' &&
    rootOf(token.id) === token.root &&
    [token.subject, token.genesis, token.audience].every((text) => typeof text === 'string' && text !== '') &&
    [token.birth, token.issuedAt, token.authenticatedAt, token.expiresAt].every(Number.isSafeInteger) &&
    typeof token.remembered === 'boolean' &&
    Array.isArray(token.predecessors) &&
    token.predecessors.every((hash) => typeof hash === 'string' && hash.length === PREDECESSOR_LENGTH) &&
    typeof token.data === 'object' &&
    token.data !== null;
  return sound ? deepFreeze(value as SessionToken) : null;
}

export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

export function rootOf(id: string): string {
  return id.split('.', 1)[0] ?? id;
}

/** Cached tokens serve several requests: what one of them could change, another would see. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
