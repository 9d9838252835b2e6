/**
 * What a process remembers of the tokens it was shown: which ones worked, and which ones fail and were told of. Only
 * tokens that are or were real get in, so nobody can push them out by making some up.
 */
import { dropOldest } from '../../bounded.js';

/** Of each kind. Above it, the one that came last the longest ago is forgotten: it counts as never seen. */
const MOST = 20_000;

/** `repeated`: it failed before, and has not worked since. `stopped`: it worked here. `unseen`: neither. */
export type Failure = 'repeated' | 'stopped' | 'unseen';

export class KnownTokens {
  readonly #working = new Set<string>();
  readonly #failing = new Set<string>();

  /** @param token its id, under which a damaged record may have been told of */
  worked(credential: string, token: string | null): void {
    this.#failing.delete(credential);
    if (token !== null) this.#failing.delete(token);
    remember(this.#working, credential);
  }

  /** @param name the credential, or the id of a token whose record fails whatever is presented for it */
  failed(name: string): Failure {
    const failure = this.#failing.has(name) ? 'repeated' : this.isWorking(name) ? 'stopped' : 'unseen';
    this.#working.delete(name);
    remember(this.#failing, name);
    return failure;
  }

  isWorking(credential: string): boolean {
    return this.#working.has(credential);
  }

  isFailing(credential: string): boolean {
    return this.#failing.has(credential);
  }

  /** How many are remembered, for the test of the bound. */
  get size(): number {
    return this.#working.size + this.#failing.size;
  }
}

/** As the newest one, also where it was there. */
function remember(credentials: Set<string>, credential: string): void {
  credentials.delete(credential);
  credentials.add(credential);
  dropOldest(credentials, MOST);
}
