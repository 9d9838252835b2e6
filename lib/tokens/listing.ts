/** Tokens as people see them: all but the secret, in whose place is an object that can't be written (R9). */
import { StoreUnavailableError } from '../errors.js';
import type { Keyring } from '../session/keyring.js';
import { isGenuine } from './record-mac.js';
import { Redacted } from './redacted.js';
import type { TokenRecord, TokenStore } from './token-store.js';

/** `damaged`: the record is not what swapproof wrote. Its token is refused until `restore()` brings it back. */
export type TokenState = 'active' | 'expired' | 'revoked' | 'damaged';

/** All times are in milliseconds since the epoch. */
export interface ListedToken {
  readonly id: string;
  readonly state: TokenState;
  readonly owner: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
  /** Up to a minute late, and null before the first use. */
  readonly lastUsedAt: number | null;
  /** Until when the secret before the last rotation is good; null if there is none, or it ended at once. */
  readonly previousUntil: number | null;
  /** The last four characters. */
  readonly suffix: string;
  /** In the place of the secret: nothing can be read out of it, and every write refuses it. */
  readonly secret: Redacted;
}

const SECRET = new Redacted();
Object.freeze(SECRET);

export async function* listed(
  store: TokenStore,
  owner: string | null,
  { keyring, now }: { readonly keyring: Keyring; readonly now: () => number },
): AsyncIterable<ListedToken> {
  try {
    for await (const record of store.list(owner)) yield toListed(record, stateOf(record, keyring, now()), owner);
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    throw new StoreUnavailableError('The service tokens could not be listed.', { cause: error });
  }
}

function stateOf(record: TokenRecord, keyring: Keyring, now: number): TokenState {
  if (!isGenuine(keyring, record)) return 'damaged';
  if (record.revokedAt !== null) return 'revoked';
  return now < record.expiresAt ? 'active' : 'expired';
}

/** R10: of a damaged record only what it was asked by is told; the rest may be somebody else's. */
function toListed(record: TokenRecord, state: TokenState, owner: string | null): ListedToken {
  const { id, createdAt, expiresAt, revokedAt, lastUsedAt } = record;
  const sound = state !== 'damaged';
  return Object.freeze({
    ...{ id, state, createdAt, expiresAt, revokedAt, lastUsedAt },
    owner: sound ? record.owner : (owner ?? ''),
    name: sound ? record.name : '',
    scopes: sound ? record.scopes : [],
    suffix: sound ? record.suffix : '',
    previousUntil: record.previous?.until || null,
    secret: SECRET,
  });
}
