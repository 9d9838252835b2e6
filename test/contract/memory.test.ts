import { MemoryLog } from '../../lib/stores/memory-log.js';
import { MemoryRegistry } from '../../lib/stores/memory-registry.js';
import { logContract } from './log-contract.js';
import { registryContract } from './registry-contract.js';

describe('the log of memory()', () => {
  logContract({
    open({ keep, now }) {
      const log = new MemoryLog(keep, now);
      return { log, close: () => log.close() };
    },
  });
});

describe('the registry of memory()', () => {
  registryContract(() => {
    const registry = new MemoryRegistry();
    return { registry, close: () => registry.close() };
  });
});
