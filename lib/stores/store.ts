import type { RevocationLog } from '../revocation/log.js';
import type { RegistryStore } from '../session/registry-port.js';
import type { AnonymousStore, StoredStore } from '../session/stored-port.js';

export interface StoreOptions {
  /** How long revocations must be remembered, in milliseconds. */
  readonly keep: number;
  /** The store's wall clock, where it has none of its own. Default: Date.now. */
  readonly now?: () => number;
}

export interface OpenStore {
  readonly log: RevocationLog;
  readonly registry: RegistryStore;
  readonly stored: StoredStore;
  readonly anonymous: AnonymousStore;
  close(): Promise<void>;
}

/** Where a kit keeps its revocations, its list of sessions and their stored values. Opened once, by the kit that it is given to. */
export interface Store {
  readonly name: string;
  open(options: StoreOptions): OpenStore;
}
