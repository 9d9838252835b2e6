/**
 * A map bounded by entries and bytes that drops what is asked for least, by SIEVE (Zhang et al., NSDI 2024): a hit
 * writes one field and moves nothing; what was not asked for since the hand came by last goes first. Every operation is
 * O(1), eviction on average.
 */
interface Node<V> {
  readonly key: string;
  readonly value: V;
  readonly bytes: number;
  asked: boolean;
  newer: Node<V> | null;
  older: Node<V> | null;
}

export class BoundedMap<V> {
  readonly #nodes = new Map<string, Node<V>>();
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #newest: Node<V> | null = null;
  #oldest: Node<V> | null = null;
  #hand: Node<V> | null = null;
  #bytes = 0;

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#nodes.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): V | undefined {
    const node = this.#nodes.get(key);
    if (node === undefined) return undefined;
    node.asked = true;
    return node.value;
  }

  /** Replaces what was there. A value larger than the whole map is not kept. */
  set(key: string, value: V, bytes: number): void {
    this.delete(key);
    if (bytes > this.#maxBytes || this.#maxEntries < 1) return;
    while (this.#nodes.size >= this.#maxEntries || this.#bytes + bytes > this.#maxBytes) this.#evict();
    const node: Node<V> = { key, value, bytes, asked: false, newer: null, older: this.#newest };
    if (this.#newest) this.#newest.newer = node;
    this.#newest = node;
    this.#oldest ??= node;
    this.#nodes.set(key, node);
    this.#bytes += bytes;
  }

  delete(key: string): void {
    const node = this.#nodes.get(key);
    if (node) this.#remove(node);
  }

  clear(): void {
    this.#nodes.clear();
    this.#newest = this.#oldest = this.#hand = null;
    this.#bytes = 0;
  }

  /** The hand goes from old to new, spares once whatever was asked for, and takes the first that was not. */
  #evict(): void {
    let node = this.#hand ?? this.#oldest;
    while (node?.asked) {
      node.asked = false;
      node = node.newer ?? this.#oldest;
    }
    if (node === null) return;
    this.#hand = node.newer;
    this.#remove(node);
  }

  #remove(node: Node<V>): void {
    if (this.#hand === node) this.#hand = node.newer;
    if (node.newer) node.newer.older = node.older;
    else this.#newest = node.older;
    if (node.older) node.older.newer = node.newer;
    else this.#oldest = node.newer;
    this.#nodes.delete(node.key);
    this.#bytes -= node.bytes;
  }
}
