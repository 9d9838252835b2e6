/** Rows, entries and values as the kit hands them to a store. */
import type { NewEntry } from '../../revocation/log.js';
import type { RegistryRow } from '../../session/registry-port.js';
import type { StoredEntry } from '../../session/stored-port.js';

let tags = 0;

/** A revocation with a tag of its own. */
export function revocation(kind: NewEntry['kind'], key = '', except: readonly string[] = []): NewEntry {
  return { tag: `tag-${++tags}`, kind, key, except };
}

export function row(root: string, changes: Partial<RegistryRow> = {}): RegistryRow {
  return {
    root,
    id: root,
    subject: 'u1',
    createdAt: 1_000,
    expiresAt: 9_000,
    remembered: false,
    lastSeenAt: 1_000,
    userAgent: 'Firefox',
    address: '192.0.2.1',
    mac: `mac of ${root}`,
    ...changes,
  };
}

export function storedEntry(key: string, text = `"${key}"`): StoredEntry {
  return { key, text, mac: `mac of ${key}` };
}
