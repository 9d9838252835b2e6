/** Making, rotating and ending tokens. The record is written first, then the log tells every process (R7). */

import { TokenError } from '../errors.js';
import type { SessionServices } from '../session/services.js';
import { callStore } from '../session/store-call.js';
import { logKeyOf } from './log-keys.js';
import type { checkedCreation, checkedRotation } from './options.js';
import { damaged, isGenuine, macOfNew, macOfRotated } from './record-mac.js';
import type { TokenFacts, TokenRecord, TokenStore } from './token-store.js';
import { hashOfToken, suffixOf, type TokenForm } from './token-text.js';

/** A token and its secret, which nothing will ever show again. */
export interface CreatedToken extends Omit<TokenFacts, 'name' | 'createdAt'> {
  /** The whole token, in clear. */
  readonly token: string;
}

export interface RotatedToken extends CreatedToken {
  /** Until when the old secret is good, in milliseconds since the epoch. */
  readonly previousUntil: number;
}

export interface RevokedTokens {
  /** Their ids. */
  readonly revoked: readonly string[];
}

export interface ChangesParts {
  readonly services: Pick<SessionServices, 'clock' | 'keyring' | 'revoker' | 'events' | 'requestDeadline'>;
  readonly store: TokenStore;
  readonly form: TokenForm;
}

/** A write waits for the store's lock for so long, in milliseconds: it is no request's. */
const DEADLINE = 5_000;
/** Ids are random; one in two hundred trillion is taken. */
const ATTEMPTS = 3;

export class Changes {
  readonly #parts: ChangesParts;

  constructor(parts: ChangesParts) {
    this.#parts = parts;
  }

  async create(creation: ReturnType<typeof checkedCreation>): Promise<CreatedToken> {
    const { form, services, store } = this.#parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const token = form.mint();
      const facts = { ...creation, id: form.lookupIdOf(token), suffix: suffixOf(token) };
      const hash = hashOfToken(token);
      const record = { ...facts, hash, mac: macOfNew(services.keyring, facts, hash) };
      if (await callStore(DEADLINE, (signal) => store.create(record, signal))) {
        this.#tell('token.created', facts.id, 'was created');
        return shown(facts, token);
      }
    }
    throw new TokenError('ERR_TOKEN_CHANGED', 'create() met ids that are taken, again and again. Try again.');
  }

  /**
   * The old secret lives on as the previous one. Where it must not, this rejects unless every process is known to have
   * heard; where it may, a log that is away changes nothing that matters.
   */
  async rotate(id: string, wanted: ReturnType<typeof checkedRotation>): Promise<RotatedToken> {
    const { form, services, store } = this.#parts;
    const record = await this.#rotatable(id, wanted.at);
    const token = form.mint(id);
    const { at, previousUntil } = wanted;
    const next = { id, at, previousUntil, suffix: suffixOf(token), expiresAt: wanted.expiresAt ?? record.expiresAt };
    const rotation = { ...next, version: record.version, hash: hashOfToken(token) };
    const mac = macOfRotated(services.keyring, record, rotation);
    if (!(await callStore(DEADLINE, (signal) => store.rotate({ ...rotation, mac }, signal)))) throw changed(id);
    this.#tell('token.rotated', id, 'has a new secret');
    const told = this.#append(id);
    await (wanted.overlaps ? told.catch(() => {}) : told);
    return Object.freeze({ ...shown({ ...record, ...next }, token), previousUntil: Math.max(previousUntil, at) });
  }

  /** Appends for those too that were revoked before: that call may have got no further than the record. */
  async revoke(which: { readonly id: string } | { readonly owner: string }): Promise<RevokedTokens> {
    const { services, store } = this.#parts;
    const ids = await callStore(DEADLINE, (signal) => store.revoke(which, services.clock.now(), signal));
    await Promise.all(ids.map((id) => this.#append(id)));
    for (const id of ids) this.#tell('token.revoked', id, 'was revoked');
    return Object.freeze({ revoked: Object.freeze(ids) });
  }

  async #rotatable(id: string, now: number): Promise<TokenRecord> {
    const { services, store } = this.#parts;
    const record = await callStore(DEADLINE, (signal) => store.read(id, signal));
    if (record !== null && (record.id !== id || !isGenuine(services.keyring, record))) throw damaged(id);
    if (record !== null && record.revokedAt === null && now < record.expiresAt) return record;
    const message = `rotate(): there is no service token ${id}, or it has expired or was revoked. Create a new one.`;
    throw new TokenError('ERR_TOKEN_UNKNOWN', message);
  }

  async #append(id: string): Promise<void> {
    const { revoker, events } = this.#parts.services;
    try {
      await revoker.append({ kind: 'id', key: logKeyOf(id) });
    } catch (error) {
      const message = `A change of the service token ${id} is not known to hold in every process. Call it again.`;
      events.emit('revocation.failed', message, { detail: { what: 'tokens', token: id } });
      throw error;
    }
  }

  #tell(code: 'token.created' | 'token.rotated' | 'token.revoked', id: string, what: string): void {
    this.#parts.services.events.emit(code, `The service token ${id} ${what}.`, { detail: { token: id } });
  }
}

function shown({ id, owner, scopes, expiresAt, suffix }: Omit<CreatedToken, 'token'>, token: string): CreatedToken {
  return Object.freeze({ id, token, owner, scopes, expiresAt, suffix });
}

function changed(id: string): TokenError {
  const message = `The service token ${id} was rotated, revoked or restored by somebody else at this moment. Look at list().`;
  return new TokenError('ERR_TOKEN_CHANGED', message);
}
