/**
 * What was verified, for a while, by the rules of whoami: nothing negative is kept (R6), a key is the hash of the whole
 * credential (R5), an entry names its own key (R10), and one load at a time runs for each. A verification holds as long as
 * nothing in the revocation log after the position at which its load began covers it (R7): whoever revokes writes the
 * record first and then the log, so a load either saw the record, or began before the entry.
 */
import type { Clock } from '../clock.js';
import { StoreUnavailableError } from '../errors.js';
import { admitNow, renew } from '../revocation/admission.js';
import type { Birth, Replica } from '../revocation/replica.js';
import { BoundedMap } from '../whoami/bounded-map.js';
import { Flights } from '../whoami/flights.js';
import { ALL_TOKENS, logKeyOf } from './log-keys.js';
import type { Verification } from './verifier.js';

export interface VerificationCacheOptions {
  readonly clock: Clock;
  readonly replica: Replica;
  /** Milliseconds that a request may wait for the log. */
  readonly deadline: number;
  /** Milliseconds. */
  readonly maxAge: number;
  readonly maxEntries: number;
}

interface Entry {
  readonly key: string;
  readonly verification: Verification;
  /** Where the log was before the record was read. */
  readonly birth: Birth;
  /** By the clock's `elapsed()`. */
  readonly loadedAt: number;
  refreshAt: number;
}

type Load = () => Promise<Verification | null>;

/** What an entry costs, about: the map's node, its objects, key, owner and a few scopes. */
const BYTES = 1_024;
/** Loads tried for one request while revocations come in. */
const ATTEMPTS = 3;

export class VerificationCache {
  readonly #options: VerificationCacheOptions;
  readonly #entries: BoundedMap<Entry>;
  readonly #flights: Flights<Entry | null>;

  constructor(options: VerificationCacheOptions) {
    this.#options = options;
    this.#entries = new BoundedMap(options.maxEntries, options.maxEntries * BYTES);
    // Whoever waits is told; a refresh that fails is tried again, and its entry ends with its age.
    this.#flights = new Flights({ timeout: 2 * options.deadline + 1_000, onFailure: () => {} });
  }

  /**
   * The verification that is kept and still holds, or that a load makes; null if the load says so.
   * @throws StoreUnavailableError if the log or the store can't be asked, or what `load` throws
   */
  async find(key: string, load: Load): Promise<Verification | null> {
    const { replica, deadline } = this.#options;
    await renew(replica, deadline);
    const kept = this.#entries.get(key);
    if (kept !== undefined && this.#isYoung(kept) && this.#holds(key, kept)) {
      this.#refresh(kept, load);
      return kept.verification;
    }
    for (let attempt = 0, after = 0; attempt < ATTEMPTS; attempt++) {
      const loaded = await this.#flights.join(key, this.#work(key, load), after);
      if (loaded === null) return null;
      if (this.#holds(key, loaded)) return loaded.verification;
      after = this.#flights.latest;
    }
    throw new StoreUnavailableError('A service token was changed again and again while it was looked up. Try again.');
  }

  close(): void {
    this.#flights.close();
    this.#entries.clear();
  }

  #isYoung({ loadedAt }: Entry): boolean {
    return this.#options.clock.elapsed() - loadedAt <= this.#options.maxAge;
  }

  /** In the step that serves it. The reading of the log's clock comes last: it is the instant of admission. */
  #holds(key: string, entry: Entry): boolean {
    const { clock, replica } = this.#options;
    const { verification, birth } = entry;
    if (entry.key !== key) throw misfiled();
    if (clock.now() >= verification.goodUntil) return false;
    const claims = { genesis: birth.genesis, birth: birth.position, subject: '' };
    const admission = admitNow(replica, { ...claims, root: ALL_TOKENS, id: logKeyOf(verification.id) });
    if (admission === 'unknown') throw outOfReach();
    return admission === 'admitted';
  }

  /** Served and loaded anew in the background, once it has lived half of its life. */
  #refresh(entry: Entry, load: Load): void {
    const now = this.#options.clock.elapsed();
    if (now < entry.refreshAt) return;
    entry.refreshAt = now + this.#options.maxAge / 20;
    this.#flights.refresh(entry.key, this.#work(entry.key, load));
  }

  #work(key: string, load: Load) {
    return async (_number: number, signal: AbortSignal): Promise<Entry | null> => {
      const birth = await this.#position();
      const loadedAt = this.#options.clock.elapsed();
      const verification = await load();
      signal.throwIfAborted();
      if (verification === null) {
        this.#entries.delete(key);
        return null;
      }
      const entry = { key, verification, birth, loadedAt, refreshAt: loadedAt + this.#options.maxAge / 2 };
      this.#entries.set(key, entry, BYTES);
      return entry;
    };
  }

  async #position(): Promise<Birth> {
    const { replica, deadline } = this.#options;
    await renew(replica, deadline);
    return replica.position() ?? unreachable();
  }
}

function unreachable(): never {
  throw outOfReach();
}

function outOfReach(): StoreUnavailableError {
  return new StoreUnavailableError('The revocation log is out of reach, so no service token is served. Try again.');
}

/** R10: a key is the hash of the credential, so this can't happen; if it does, nothing is served. */
function misfiled(): StoreUnavailableError {
  return new StoreUnavailableError('A verification of another service token was found. Nothing was served.');
}
