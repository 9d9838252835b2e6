/** Takes the oldest out of a Map or Set, which keep the order of insertion, until at most `most` are left. */
export function dropOldest<K>(collection: Map<K, unknown> | Set<K>, most: number): void {
  for (const key of collection.keys()) {
    if (collection.size <= most) return;
    collection.delete(key);
  }
}
