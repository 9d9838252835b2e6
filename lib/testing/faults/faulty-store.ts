/**
 * A store with a bad day: late, silent, out of step, empty, full of garbage. Put it between an app and its store, and see
 * that nobody is taken for somebody else, and that what is not known is 503 and not a guess.
 */
import { TestingError } from '../../errors.js';
import type { RevocationLog } from '../../revocation/log.js';
import type { RegistryStore } from '../../session/registry-port.js';
import type { AnonymousStore, StoredStore } from '../../session/stored-port.js';
import type { Store } from '../../stores/store.js';
import { type FaultsOf, Late } from './fault.js';
import { type CallbackFaults, faultyCallbacks } from './faulty-callbacks.js';
import { faultyPort } from './faulty-port.js';

export interface StoreFaults {
  readonly log: FaultsOf<RevocationLog>;
  readonly registry: FaultsOf<RegistryStore>;
  readonly stored: FaultsOf<StoredStore>;
  readonly anonymous: FaultsOf<AnonymousStore>;
}

export interface FaultyStore extends Store {
  /** `store.faults.registry.find = 'null'` breaks it, `= undefined` mends it, while the kit runs. */
  readonly faults: StoreFaults;
  /** Lets the answers go that `'late'` held, and fails what hangs. */
  release(): void;
}

export interface FaultyStoreOptions {
  /**
   * How long a poll of the log confirms it, in milliseconds of the kit's clock. After it the next request polls, and meets
   * `faults.log.poll`. A memory() alone never polls: every read is of the log itself. Default 600,000.
   */
  readonly lease?: number;
}

const LEASE = 600_000;

/** @throws TestingError ERR_INVALID_ARGUMENT for what is no store */
export function faultyStore(store: Store, { lease = LEASE }: FaultyStoreOptions = {}): FaultyStore {
  if (typeof store?.open !== 'function') {
    refuse(
      "faultyStore(store): store must be a store of the kit, as memory(). For express-session's: faultyStore.expressSession(store).",
    );
  }
  const faults: StoreFaults = { log: {}, registry: {}, stored: {}, anonymous: {} };
  const late = new Late();
  return {
    name: `faulty ${store.name}`,
    faults,
    release: () => late.release(),
    open(options) {
      const { log, registry, stored, anonymous, close } = store.open(options);
      return {
        // Without its short cut: a log that says "unchanged" by itself would never be polled.
        log: faultyPort(log, faults.log, late, { lease, wait: 0, unchanged: undefined }),
        registry: faultyPort(registry, faults.registry, late),
        stored: faultyPort(stored, faults.stored, late),
        anonymous: faultyPort(anonymous, faults.anonymous, late),
        close,
      };
    },
  };
}

/** Beside what the store has. */
export interface FaultyExpressSessionStore {
  /** `store.faults.get = 'neighbour'` breaks it, `= undefined` mends it. */
  readonly faults: CallbackFaults;
  /** Lets the answers go that `'late'` held, and fails what hangs. */
  release(): void;
}

/**
 * A store of express-session, or anything else whose methods take a callback last: `session({ store })` takes what this
 * answers.
 * @throws TestingError ERR_INVALID_ARGUMENT for what is no store
 */
faultyStore.expressSession = function expressSession<S extends object>(store: S): S & FaultyExpressSessionStore {
  if (typeof store !== 'object' || store === null || typeof Reflect.get(store, 'get') !== 'function') {
    refuse('faultyStore.expressSession(store): store must be a store of express-session, as new MemoryStore().');
  }
  const late = new Late();
  const faults: CallbackFaults = {};
  const own: FaultyExpressSessionStore = { faults, release: () => late.release() };
  const broken = faultyCallbacks(store, faults, late);
  return new Proxy(broken as S & FaultyExpressSessionStore, {
    get: (target, name) => (name in own ? Reflect.get(own, name) : Reflect.get(target, name, target)),
  });
};

function refuse(message: string): never {
  throw new TestingError('ERR_INVALID_ARGUMENT', message);
}
