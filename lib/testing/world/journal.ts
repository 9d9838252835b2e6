/** All that was asked, in order: counted, and the last of it kept for a report. */
import type { Exchange } from '../../evidence/exchange.js';
import { type ShownExchange, shown } from '../../evidence/shown.js';

const KEPT = 300;

export class Journal {
  /** Monotonic time at which it began. */
  readonly epoch = performance.now();
  #requests = 0;
  readonly #last: Exchange[] = [];

  get requests(): number {
    return this.#requests;
  }

  add(exchange: Exchange): void {
    this.#requests++;
    this.#last.push(exchange);
    if (this.#last.length > KEPT) this.#last.shift();
  }

  show(exchange: Exchange): ShownExchange {
    return shown(exchange, this.epoch);
  }

  /** With credentials in them: for cases alone, never for a report. */
  get last(): readonly Exchange[] {
    return this.#last;
  }

  get timeline(): ShownExchange[] {
    return this.#last.map((exchange) => this.show(exchange));
  }
}
