import type { AnonymousStore } from '../session/stored-port.js';

/** Anonymous sessions in the memory of one process, the longest unused first. */
export class MemoryAnonymous implements AnonymousStore {
  readonly #used = new Map<string, number>();
  readonly #gone: (root: string) => void;

  /** @param gone is told of every session that ends. */
  constructor(gone: (root: string) => void) {
    this.#gone = gone;
  }

  async add(root: string, usedAt: number, most: number): Promise<void> {
    this.#used.set(root, usedAt);
    for (const oldest of this.#used.keys()) {
      if (this.#used.size <= most) return;
      this.#remove(oldest);
    }
  }

  async seen(marks: ReadonlyMap<string, number>): Promise<void> {
    for (const [root, time] of marks) this.touch(root, time);
  }

  async remove(root: string): Promise<void> {
    this.#remove(root);
  }

  async prune(time: number): Promise<void> {
    for (const [root, usedAt] of this.#used) if (usedAt < time) this.#remove(root);
  }

  /** Synchronously, within a step of memory-stored.ts. */
  usedAt(root: string): number | null {
    return this.#used.get(root) ?? null;
  }

  touch(root: string, time: number): void {
    const usedAt = this.#used.get(root);
    if (usedAt === undefined || usedAt >= time) return;
    this.#used.delete(root);
    this.#used.set(root, time);
  }

  #remove(root: string): void {
    if (this.#used.delete(root)) this.#gone(root);
  }
}
