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

  worked(credential: string): void {
    this.#failing.delete(credential);
    remember(this.#working, credential);
  }

  failed(credential: string): Failure {
    const failure = this.#failing.has(credential) ? 'repeated' : this.isWorking(credential) ? 'stopped' : 'unseen';
    this.#working.delete(credential);
    remember(this.#failing, credential);
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
