/**
 * Undoing damage: records become again what their history says (R9), and MACs become those of the kit's newest secret. The
 * history is only added to, so that whatever is undone can be done again.
 */
import { TokenError } from '../errors.js';
import type { SessionServices } from '../session/services.js';
import { callStore } from '../session/store-call.js';
import { ALL_TOKENS, logKeyOf } from './log-keys.js';
import { isGenuine, macOf } from './record-mac.js';
import {
  type MacPlace,
  NEWEST,
  type Restoration,
  type RestoreOutcome,
  type RestoreTarget,
  type TokenRecord,
  type TokenStore,
} from './token-store.js';

export interface RestoreOptions {
  /** The moment to go back to. Default: the newest version, which undoes what nobody ordered and nothing else. */
  readonly at?: Date | number;
  /** Only tell what would change. Default false. */
  readonly dryRun?: boolean;
  /**
   * Brings back to life what was ended on purpose after `at` as well, for `'all'` or an owner: after somebody revoked the
   * wrong ones. What had leaked works again too, so name an owner and a moment as late as possible. Default false.
   */
  readonly includeEnded?: boolean;
}

export interface RenewOptions {
  /**
   * For the day on which a secret was retired before its MACs were renewed, and is lost: whatever the history holds is
   * taken for genuine, and every record becomes its newest version. Whoever could write the database could then make
   * tokens. Default false.
   */
  readonly insecureTrustHistory?: boolean;
}

export interface RenewedMacs {
  /** How many MACs were written. */
  readonly renewed: number;
  /** Tokens of which the record or a version is not genuine: nothing was renewed there. */
  readonly unproven: readonly string[];
}

export interface RestoringParts {
  readonly services: Pick<SessionServices, 'clock' | 'keyring' | 'revoker' | 'events'>;
  readonly store: TokenStore;
}

/** Milliseconds that a write waits for its turn. */
const DEADLINE = 30_000;

export class Restoring {
  readonly #parts: RestoringParts;

  constructor(parts: RestoringParts) {
    this.#parts = parts;
  }

  /** What any process has verified of it is looked up anew, also where nothing changed: an earlier call may have been cut off. */
  async restore(wanted: Omit<Restoration, 'now' | 'isGenuine'>): Promise<RestoreOutcome> {
    const { store, services } = this.#parts;
    const { clock, keyring } = services;
    const { which, dryRun } = wanted;
    const restoration = {
      ...wanted,
      now: clock.now(),
      isGenuine: (version: TokenRecord) => isGenuine(keyring, version),
    };
    const outcome = await callStore(DEADLINE, (signal) => store.restore(restoration, signal));
    if (isEmpty(outcome) && (which.id ?? which.owner) !== undefined) throw unknown(which);
    if (dryRun) return outcome;
    for (const { id: token } of outcome.restored) {
      services.events.emit('token.restored', `The service token ${token} was restored.`, { detail: { token } });
    }
    await this.#tellProcesses(which);
    return outcome;
  }

  async renew({ insecureTrustHistory = false }: RenewOptions): Promise<RenewedMacs> {
    const { store, services } = this.#parts;
    const unproven = new Set<string>();
    const renewed = await store.renewMacs((record: TokenRecord, place: MacPlace) => {
      const trusted = isGenuine(services.keyring, record) || (insecureTrustHistory && place === 'version');
      if (!trusted) unproven.add(record.id);
      const mac = macOf(services.keyring, record);
      return trusted && mac !== record.mac ? mac : null;
    });
    if (!insecureTrustHistory) return Object.freeze({ renewed, unproven: Object.freeze([...unproven]) });
    const { unproven: left } = await this.restore({ which: {}, at: NEWEST, includeEnded: false, dryRun: false });
    return Object.freeze({ renewed, unproven: left });
  }

  async #tellProcesses({ id }: RestoreTarget): Promise<void> {
    const { revoker, events } = this.#parts.services;
    try {
      await revoker.append(id === undefined ? { kind: 'root', key: ALL_TOKENS } : { kind: 'id', key: logKeyOf(id) });
    } catch (error) {
      const message = 'Service tokens were restored, but other processes may not know yet. Call it again.';
      events.emit('revocation.failed', message, { detail: { what: 'tokens.restore()' } });
      throw error;
    }
  }
}

function isEmpty({ restored, unchanged, ended, later, unproven }: RestoreOutcome): boolean {
  return restored.length + unchanged + ended.length + later.length + unproven.length === 0;
}

function unknown({ id }: RestoreTarget): TokenError {
  const which = id === undefined ? 'of this owner' : id;
  const message = `restore(): there has never been a service token ${which}. Look at list().`;
  return new TokenError('ERR_TOKEN_UNKNOWN', message);
}
