/** All that a store keeps: its log, its list of sessions, their values. One suite for every store. */
import type { OpenStore, StoreOptions } from '../../lib/stores/store.js';
import { logContract } from './log-contract.js';
import { registryContract } from './registry-contract.js';
import { storedContract } from './stored-contract.js';

export function storeContract(open: (options: Required<StoreOptions>) => OpenStore): void {
  const plain = () => open({ keep: 1_000_000, now: Date.now });
  describe('its log', () => logContract({ open }));
  describe('its registry', () => registryContract(plain));
  describe('its stored values', () => storedContract(plain));
}
