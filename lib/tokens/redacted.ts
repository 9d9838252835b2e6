/**
 * R9: a secret is never written from what was read. In January 2023 a read left a secret out for safety, a write put what
 * was read back, and with it an empty string over the secret (seed 003). Here the place of a secret is taken by an object
 * that the compiler lets nobody write, that nothing can be read out of, and that throws where it reaches a write all the
 * same.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';
import { SwapproofError } from '../errors.js';
import type { SecretHash } from './token-text.js';

const SHOWN = '[redacted]';

/** In the place of a secret that was not read. */
export class Redacted {
  /** Makes the type one of its own: no string fits it, and it fits no string. */
  readonly #redacted = true;

  static isRedacted(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #redacted in value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [inspect.custom](): string {
    return SHOWN;
  }
}

/** A hash as it came out of a store: it can be compared, and never written again. */
export class StoredHash extends Redacted {
  readonly #text: string;

  /** @param stored whatever was in the column: a damaged one must be readable, to be refused */
  constructor(stored: unknown) {
    super();
    this.#text = typeof stored === 'string' ? stored : '';
  }

  /** In constant time, whatever was stored. */
  matches(presented: SecretHash): boolean {
    return timingSafeEqual(digest(this.#text), digest(presented));
  }

  /** What a MAC covers in its place. Too short for the column of a hash, so it can't end there. */
  fingerprint(): string {
    return digest(this.#text).toString('base64url');
  }
}

/** As `StoredHash.fingerprint()`, of a hash that is going to be stored. */
export function fingerprintOf(secret: SecretHash): string {
  return digest(secret).toString('base64url');
}

/**
 * The last check before anything is written, by whoever writes it.
 * @throws SwapproofError ERR_REDACTED_WRITE, also for the text that a redacted value leaves in JSON
 */
export function assertNothingRedacted(values: Iterable<unknown>): void {
  for (const value of values) {
    if (Array.isArray(value)) assertNothingRedacted(value);
    else if (Redacted.isRedacted(value) || value === SHOWN) {
      const message =
        'A redacted value came to a write: it stands for a secret that was not read, and would replace it. Write the ' +
        'fields that changed, never a record that was read.';
      throw new SwapproofError('ERR_REDACTED_WRITE', message);
    }
  }
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
