/**
 * Opened session cookies, by digest of the cookie. Opening a seal costs a third of a millisecond and the cookie does
 * not change on GETs. Only the opening is remembered: times, audience and revocation are checked on every request.
 */
import { dropOldest } from '../bounded.js';
import { hashOf } from './ids.js';
import type { Keyring } from './keyring.js';
import { type OpenedSeal, open } from './seal.js';

const MOST = 10_000;

export class OpenedCache {
  readonly #keyring: Keyring;
  readonly #opened = new Map<string, OpenedSeal>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /** What this cookie was opened to before, if it is still remembered. */
  get(cookie: string): OpenedSeal | undefined {
    const digest = hashOf(cookie);
    const opened = this.#opened.get(digest);
    if (opened === undefined) return undefined;
    this.#opened.delete(digest);
    this.#opened.set(digest, opened);
    return opened;
  }

  /** Opens a cookie and remembers it; null, never remembered, if it can't be opened (R6). */
  async open(cookie: string): Promise<OpenedSeal | null> {
    const opened = await open(this.#keyring, cookie);
    if (opened === null) return null;
    this.#opened.set(hashOf(cookie), opened);
    dropOldest(this.#opened, MOST);
    return opened;
  }
}
