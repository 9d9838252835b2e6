import type { RegistryStore } from '../session/registry-port.js';
import type { RevocationLog } from '../revocation/log.js';

export interface StoreOptions {
  /** How long revocations must be remembered, in milliseconds. */
  readonly keep: number;
}

export interface OpenStore {
  readonly log: RevocationLog;
  readonly registry: RegistryStore;
  close(): Promise<void>;
}

/** Where a kit keeps its revocations and its list of sessions. Opened once, by the kit that it is given to. */
export interface Store {
  readonly name: string;
  open(options: StoreOptions): OpenStore;
}
