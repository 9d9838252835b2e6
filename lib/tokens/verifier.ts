/**
 * Whether a token is good. Unknown, expired, revoked and wrong take the same work and get the same answer, null; where
 * nobody can know, it rejects (R11). What was verified is served again for a while, and revocations hold at once all the
 * same: verification-cache.ts.
 */
import type { Clock } from '../clock.js';
import { Outage } from '../revocation/outage.js';
import type { SessionServices } from '../session/services.js';
import { callStore } from '../session/store-call.js';
import type { Sighting } from './alarms/sighting.js';
import type { VerifiedToken } from './http/require-token.js';
import { damaged, isGenuine, macOfNew } from './record-mac.js';
import { StoredHash } from './redacted.js';
import type { FoundToken, TokenRecord, TokenStore } from './token-store.js';
import { hashOfToken, type SecretHash, type TokenForm } from './token-text.js';

/** A verification, and until when this very secret is good: an old one ends with its overlap. */
export interface Verification extends VerifiedToken {
  readonly goodUntil: number;
}

export interface VerifierParts {
  readonly services: Pick<SessionServices, 'clock' | 'events' | 'keyring' | 'requestDeadline'>;
  readonly store: TokenStore;
  readonly form: TokenForm;
  /** Told of each look-up; must not throw. */
  readonly observe: (sighting: Sighting) => void;
}

interface Judgement extends Pick<Sighting, 'outcome' | 'since'> {
  /** Nobody can know: whoever presents whatever for this id is told so. */
  readonly unknowable: boolean;
  readonly goodUntil?: number;
}

export class Verifier {
  readonly #parts: VerifierParts;
  readonly #clock: Clock;
  readonly #outage: Outage;
  /** In the place of a record that is not there: it costs what a real one costs. */
  readonly #nobody: TokenRecord;

  constructor(parts: VerifierParts) {
    this.#parts = parts;
    this.#clock = parts.services.clock;
    this.#outage = new Outage(parts.services.events, 'The service tokens are');
    this.#nobody = decoy(parts);
  }

  /**
   * By the store as it is now; null for every token that is not good.
   * @throws StoreUnavailableError ERR_STORE_UNAVAILABLE
   */
  async look(text: string): Promise<Verification | null> {
    const id = this.#parts.form.lookupIdOf(text);
    const presented = hashOfToken(text);
    const { record, judgement } = await this.#find(id, presented);
    const { outcome, since, goodUntil, unknowable } = judgement;
    const token = outcome === 'unknown' ? null : id;
    this.#parts.observe({ credential: presented, token, outcome, since });
    if (unknowable) throw damaged(id);
    if (record === null || goodUntil === undefined) return null;
    const { owner, scopes, expiresAt } = record;
    return Object.freeze({ id, owner, scopes, expiresAt, goodUntil });
  }

  /** What nobody can read is judged within the call: it counts as a failure of the store. */
  async #find(id: string, presented: SecretHash) {
    const { store, services } = this.#parts;
    try {
      const judged = await callStore(services.requestDeadline, async (signal) => {
        const found = await store.find(id, presented, signal);
        return { record: found.record, judgement: this.#judge(id, presented, found) };
      });
      this.#outage.end();
      return judged;
    } catch (error) {
      this.#outage.begin(error);
      throw error;
    }
  }

  #judge(id: string, presented: SecretHash, { record, issued }: FoundToken): Judgement {
    const read = record ?? this.#nobody;
    const isSound = isGenuine(this.#parts.services.keyring, read) && (record === null || record.id === id);
    const goodUntil = endOf(read, presented, this.#nobody);
    // Whatever was presented: the damage may have reached the history as well, by which a good secret would be known.
    if (!isSound) return { outcome: 'damaged', unknowable: true };
    if (record === null && issued !== null) return { outcome: 'missing', unknowable: true };
    if (record === null || (issued === null && goodUntil === 0)) return { outcome: 'unknown', unknowable: false };
    return this.#judgeSound(record, goodUntil, issued?.endedAt ?? undefined);
  }

  #judgeSound({ revokedAt, expiresAt }: TokenRecord, goodUntil: number, endedAt: number | undefined): Judgement {
    const now = this.#clock.now();
    if (revokedAt !== null) return { outcome: 'revoked', since: revokedAt, unknowable: false };
    if (now >= expiresAt) return { outcome: 'expired', since: expiresAt, unknowable: false };
    if (now >= goodUntil) return { outcome: 'rotated', since: endedAt, unknowable: false };
    return { outcome: 'valid', goodUntil, unknowable: false };
  }
}

/** Until when a record takes a secret; 0 for one that is neither its present nor its previous. Both are compared, always. */
function endOf({ hash, previous, expiresAt }: TokenRecord, presented: SecretHash, nobody: TokenRecord): number {
  const isPresent = hash.matches(presented);
  const isPrevious = (previous?.hash ?? nobody.hash).matches(presented);
  if (isPresent) return expiresAt;
  return isPrevious && previous !== null ? Math.min(previous.until, expiresAt) : 0;
}

function decoy({ services, form }: VerifierParts): TokenRecord {
  const text = form.mint();
  const hash = hashOfToken(text);
  const facts = { id: form.lookupIdOf(text), owner: 'nobody', name: '', scopes: [], createdAt: 1, expiresAt: 2 };
  return {
    ...{ ...facts, suffix: '0000', version: 1, isNewest: true, revokedAt: null, previous: null, lastUsedAt: null },
    hash: new StoredHash(hash),
    mac: macOfNew(services.keyring, { ...facts, suffix: '0000' }, hash),
  };
}
