/** Takes the oldest out of a Map or Set, which keep the order of insertion, until at most `most` are left. */
export function dropOldest<K>(collection: Map<K, unknown> | Set<K>, most: number): void {
  // Before anything is iterated: where entries are moved to the end, their empty places stand at the beginning for a while.
  if (collection.size <= most) return;
  for (const key of collection.keys()) {
    if (collection.size <= most) return;
    collection.delete(key);
  }
}
