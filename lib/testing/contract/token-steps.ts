/** A store of service tokens, and its steps in short: what the cases of its contract are written in. */
import type { NewToken, Restoration, TokenRecord, TokenStore } from '../../tokens/token-store.js';
import { NEWEST } from '../../tokens/token-store.js';
import { hashOfToken, type SecretHash } from '../../tokens/token-text.js';

/** Wall time at which tokens are made. */
export const MADE_AT = 1_000;

const SIGNAL: AbortSignal = new AbortController().signal;

/** Any secret has the hash of a name. */
export function secret(name: string): SecretHash {
  return hashOfToken(name);
}

/** 43 characters, as every MAC. */
export function macNamed(name: string): string {
  return name.replaceAll(' ', '_').padEnd(43, '-');
}

export function newToken(id: string, changes: Partial<NewToken> = {}): NewToken {
  return {
    id,
    owner: 'ci',
    name: 'Deploys',
    scopes: ['deploy', 'read'],
    createdAt: MADE_AT,
    expiresAt: 9_000,
    suffix: 'wxyz',
    hash: secret(id),
    mac: macNamed(id),
    ...changes,
  };
}

export class TokenSteps {
  readonly store: TokenStore;

  constructor(store: TokenStore) {
    this.store = store;
  }

  create(id: string, changes: Partial<NewToken> = {}): Promise<boolean> {
    return this.store.create(newToken(id, changes), SIGNAL);
  }

  find(id: string, name: string) {
    return this.store.find(id, secret(name), SIGNAL);
  }

  read(id: string): Promise<TokenRecord | null> {
    return this.store.read(id, SIGNAL);
  }

  /** Whether a secret is the one of the record, the previous one, or neither. */
  async standing(id: string, name: string): Promise<'present' | 'previous' | 'neither'> {
    const record = await this.read(id);
    if (record?.hash.matches(secret(name))) return 'present';
    return record?.previous?.hash.matches(secret(name)) ? 'previous' : 'neither';
  }

  /** A new secret of this name, the old one good until 5,000. */
  rotate(id: string, name: string, { version = 1, at = 2_000, previousUntil = 5_000 } = {}): Promise<boolean> {
    const next = { id, version, at, previousUntil, suffix: 'abcd', expiresAt: 9_500 };
    return this.store.rotate({ ...next, hash: secret(name), mac: macNamed(name) }, SIGNAL);
  }

  revoke(which: { readonly id: string } | { readonly owner: string }, at = 3_000): Promise<string[]> {
    return this.store.revoke(which, at, SIGNAL);
  }

  async listed(owner: string | null = null): Promise<string[]> {
    const ids: string[] = [];
    for await (const { id } of this.store.list(owner)) ids.push(id);
    return ids;
  }

  restore(id: string | null, changes: Partial<Restoration> = {}) {
    const which = id === null ? {} : { id };
    const plain = { which, at: NEWEST, now: 8_000, dryRun: false, includeEnded: false, isGenuine: () => true };
    return this.store.restore({ ...plain, ...changes }, SIGNAL);
  }
}

/** All of a record but its hashes, which nothing shows. */
export function shown(record: TokenRecord | null) {
  if (record === null) return null;
  const { hash: _hash, previous, ...rest } = record;
  return { ...rest, previousUntil: previous?.until ?? null };
}
