import cluster from 'node:cluster';
import { ConfigurationError } from '../errors.js';
import { MemoryAnonymous } from './memory-anonymous.js';
import { MemoryLog } from './memory-log.js';
import { MemoryRegistry } from './memory-registry.js';
import { MemoryStored, type Values } from './memory-stored.js';
import type { Store } from './store.js';

export interface MemoryOptions {
  /**
   * Allows this store where NODE_ENV is `production` and in workers of node:cluster. Default: false.
   * Risk: a restart logs everyone out, and processes do not see each other's revocations.
   */
  readonly insecureInProduction?: boolean;
}

/**
 * Revocations and sessions in the memory of this process, for development and tests.
 * @throws ConfigurationError ERR_STORE_UNSAFE in production and in cluster workers.
 */
export function memory({ insecureInProduction = false }: MemoryOptions = {}): Store {
  if (!insecureInProduction) refuseUnsafe();
  let opened = false;
  return {
    name: 'memory',
    open({ keep, now = Date.now }) {
      if (opened) {
        throw new ConfigurationError(
          'ERR_STORE_UNSAFE',
          'A memory() store serves one kit. Give each a store of its own.',
        );
      }
      opened = true;
      const log = new MemoryLog(keep, now);
      const values = new Map<string, Values>();
      const gone = (root: string) => void values.delete(root);
      const registry = new MemoryRegistry(gone);
      const anonymous = new MemoryAnonymous(gone);
      return {
        log,
        registry,
        stored: new MemoryStored(values, { log, registry, anonymous }),
        anonymous,
        async close() {
          await log.close();
          await registry.close();
          values.clear();
        },
      };
    },
  };
}

function refuseUnsafe(): void {
  const where = cluster.isWorker ? 'a worker of node:cluster' : process.env.NODE_ENV === 'production' && 'production';
  if (!where) return;
  throw new ConfigurationError(
    'ERR_STORE_UNSAFE',
    `memory() in ${where}: revocations would not reach other processes nor survive a restart. Use sqlite('./sessions.db') ` +
      'from swapproof/sqlite, or memory({ insecureInProduction: true }) if losing them is acceptable.',
  );
}
