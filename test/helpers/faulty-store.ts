/** A memory() store whose log and registry can be held, broken or made to answer with something else. */
import type { RevocationLog } from '../../lib/revocation/log.js';
import type { RegistryStore } from '../../lib/session/registry-port.js';
import type { AnonymousStore, StoredStore } from '../../lib/session/stored-port.js';
import { memory } from '../../lib/stores/memory.js';
import type { Store } from '../../lib/stores/store.js';
import { deferred } from './deferred.js';

/** What stands between the kit and the store; a function that is not there passes through. */
export interface Faults {
  poll?: ((real: () => ReturnType<RevocationLog['poll']>) => ReturnType<RevocationLog['poll']>) | undefined;
  append?: ((real: () => ReturnType<RevocationLog['append']>) => ReturnType<RevocationLog['append']>) | undefined;
  find?: ((key: string, real: RegistryStore['find']) => ReturnType<RegistryStore['find']>) | undefined;
  add?: ((real: () => Promise<void>) => Promise<void>) | undefined;
  rename?: ((real: () => Promise<void>) => Promise<void>) | undefined;
  /** Awaited before the list is read. */
  beforeList?: (() => Promise<void>) | undefined;
  remove?: ((real: () => Promise<void>) => Promise<void>) | undefined;
  /** Each takes the place of the store's own, which it is given. */
  stored?: ((real: StoredStore) => Partial<StoredStore>) | undefined;
  anonymous?: ((real: AnonymousStore) => Partial<AnonymousStore>) | undefined;
}

/** By the kit's clock: long enough that no background poll comes while a test runs. */
export const LEASE = 600_000;

export function faultyStore(faults: Faults, inner = memory({ insecureInProduction: true })): Store {
  return {
    name: 'faulty',
    open(options) {
      const { log, registry, stored, anonymous, close } = inner.open(options);
      return {
        close,
        log: {
          lease: LEASE,
          wait: 0,
          poll: (request, signal) => {
            const real = () => log.poll(request, signal);
            return faults.poll ? faults.poll(real) : real();
          },
          append: (entry, signal) => {
            const real = () => log.append(entry, signal);
            return faults.append ? faults.append(real) : real();
          },
          found: (seen, signal) => log.found(seen, signal),
          close: () => log.close(),
        },
        registry: {
          add: (row, hash) => (faults.add ? faults.add(() => registry.add(row, hash)) : registry.add(row, hash)),
          rename: (...row) => (faults.rename ? faults.rename(() => registry.rename(...row)) : registry.rename(...row)),
          seen: (marks) => registry.seen(marks),
          find: (key) => (faults.find ? faults.find(key, (other) => registry.find(other)) : registry.find(key)),
          async *list(subject) {
            await faults.beforeList?.();
            yield* registry.list(subject);
          },
          remove: (root) => (faults.remove ? faults.remove(() => registry.remove(root)) : registry.remove(root)),
          prune: (time) => registry.prune(time),
          clear: (time) => registry.clear(time),
          close: () => registry.close(),
        },
        stored: replaceable(stored, () => faults.stored),
        anonymous: replaceable(anonymous, () => faults.anonymous),
      };
    },
  };
}

/** `real`, whose methods are looked up among its replacements each time they are called. */
function replaceable<T extends object>(real: T, fault: () => ((real: T) => Partial<T>) | undefined): T {
  return new Proxy(real, {
    get(_real, name) {
      const own = Reflect.get(real, name, real);
      const method = Reflect.get(fault()?.(real) ?? {}, name) ?? own;
      return typeof method === 'function' ? method.bind(real) : method;
    },
  });
}

/** Holds every poll until released; `reached` resolves at the first one. */
export function holdableStore() {
  const faults: Faults = {};
  return {
    store: faultyStore(faults),
    holdPolls() {
      const reached = deferred<void>();
      const open = deferred<void>();
      faults.poll = async (real) => {
        reached.resolve();
        await open.promise;
        return real();
      };
      return {
        reached: reached.promise,
        release() {
          faults.poll = undefined;
          open.resolve();
        },
      };
    },
  };
}
