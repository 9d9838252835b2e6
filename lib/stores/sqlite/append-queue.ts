/** Appends that come at once go into one transaction: each would cost a disk flush of its own otherwise. */
import type { AppendAnswer, NewEntry } from '../../revocation/log.js';

type Write = (entries: readonly NewEntry[], signal: AbortSignal) => Promise<readonly AppendAnswer[]>;

interface Waiting {
  readonly entry: NewEntry;
  resolve(answer: AppendAnswer): void;
  reject(reason: unknown): void;
}

/** In one transaction: the event loop stands still for it. */
const MOST = 250;
/** Milliseconds that a batch waits for the write lock; its entries are tried again by whoever appended them. */
const DEADLINE = 2_000;

export class AppendQueue {
  readonly #write: Write;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | null = null;

  constructor(write: Write) {
    this.#write = write;
  }

  add(entry: NewEntry): Promise<AppendAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#draining ??= this.#drain();
    });
  }

  async settled(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.#waiting.splice(0, MOST);
      await this.#commit(batch);
    }
    this.#draining = null;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#write(
        batch.map(({ entry }) => entry),
        AbortSignal.timeout(DEADLINE),
      );
      for (const [index, waiting] of batch.entries()) {
        const answer = answers[index];
        if (answer) waiting.resolve(answer);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
