/**
 * Opened seals of one purpose, by digest. Opening one costs a third of a millisecond and a session cookie does not
 * change on GETs. Only the opening is remembered: times, audience and revocation are checked on every request.
 */
import { dropOldest } from '../bounded.js';
import { hashOf } from './ids.js';
import type { Keyring, SealPurpose } from './keyring.js';
import { type OpenedSeal, open } from './seal.js';

const MOST = 10_000;

export class OpenedCache {
  readonly #keyring: Keyring;
  readonly #purpose: SealPurpose;
  readonly #opened = new Map<string, OpenedSeal>();

  constructor(keyring: Keyring, purpose: SealPurpose = 'session') {
    this.#keyring = keyring;
    this.#purpose = purpose;
  }

  /** What this seal was opened to before, if it is still remembered. */
  get(sealed: string): OpenedSeal | undefined {
    const digest = hashOf(sealed);
    const opened = this.#opened.get(digest);
    if (opened === undefined) return undefined;
    this.#opened.delete(digest);
    this.#opened.set(digest, opened);
    return opened;
  }

  /** Opens a seal and remembers it; null, never remembered, if it can't be opened (R6). */
  async open(sealed: string): Promise<OpenedSeal | null> {
    const opened = await open(this.#keyring, sealed, this.#purpose);
    if (opened === null) return null;
    this.#opened.set(hashOf(sealed), opened);
    dropOldest(this.#opened, MOST);
    return opened;
  }
}
