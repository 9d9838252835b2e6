/** What was asked, as far as a report needs it: counts of everything, what belongs to findings, and the last page of each user. */
import type { Exchange } from '../../evidence/exchange.js';
import { type ShownExchange, shown } from '../../evidence/shown.js';

const AROUND = 12;
const MOST_KEPT = 240;
const MOST_PAGES = 2_000;
/** Of the bodies of those pages: an app's scripts, once for each user, are many. */
const MOST_BYTES = 128 * 1024 * 1024;

export class Journal {
  /** Monotonic time at which the run began. */
  readonly epoch = performance.now();
  requests = 0;
  /** Without an answer. */
  failed = 0;
  /** 429 and 503: asked to come back later. */
  refused = 0;
  failedLogins = 0;
  /** Answers that begin with something else than an answer. */
  garbled = 0;
  readonly #recent: Exchange[] = [];
  readonly #kept = new Set<Exchange>();
  readonly #pages = new Map<string, Exchange>();
  #bytes = 0;

  add(exchange: Exchange): void {
    this.requests++;
    if (exchange.answer === null && !wasCutOff(exchange)) this.failed++;
    if (isGarbled(exchange.failure)) this.garbled++;
    if (wasRefused(exchange)) this.refused++;
    this.#recent.push(exchange);
    if (this.#recent.length > AROUND) this.#recent.shift();
    this.#keepPage(pageKey(exchange.asker, exchange), exchange);
  }

  #keepPage(key: string, exchange: Exchange): void {
    this.#bytes += sizeOf(exchange) - sizeOf(this.#pages.get(key));
    this.#pages.delete(key);
    this.#pages.set(key, exchange);
    for (const [oldest, page] of this.#pages) {
      if (this.#pages.size <= MOST_PAGES && this.#bytes <= MOST_BYTES) return;
      this.#bytes -= sizeOf(page);
      this.#pages.delete(oldest);
    }
  }

  /** Keeps the exchange for the timeline, with those around it. */
  keep(...exchanges: readonly Exchange[]): void {
    for (const exchange of [...exchanges, ...this.#recent]) if (this.#kept.size < MOST_KEPT) this.#kept.add(exchange);
  }

  /** What `owner` asked last at the place of this exchange. */
  pageOf(owner: string | null, at: Exchange): Exchange | undefined {
    return this.#pages.get(pageKey(owner, at));
  }

  show(exchange: Exchange): ShownExchange {
    return shown(exchange, this.epoch);
  }

  get timeline(): ShownExchange[] {
    const all = [...new Set([...this.#kept, ...this.#recent])];
    return all.sort((a, b) => a.startedAt - b.startedAt).map((exchange) => this.show(exchange));
  }
}

function sizeOf(exchange?: Exchange): number {
  return exchange?.answer?.body.length ?? 0;
}

/** What came begins with something else than an answer. */
export function isGarbled(failure: string | null): boolean {
  return failure?.startsWith('Parse Error') === true;
}

/** By ourselves, before the answer came. */
function wasCutOff({ failure }: Exchange): boolean {
  return failure?.startsWith('The operation was aborted') === true;
}

export function wasRefused({ answer }: Exchange): boolean {
  return answer?.status === 429 || answer?.status === 503;
}

/** `GET /account`, without a query: where an exchange took place. */
export function placeOf({ question: { method, path } }: Pick<Exchange, 'question'>): string {
  return `${method} ${path.replace(/[?#].*$/, '')}`;
}

function pageKey(asker: string | null, exchange: Exchange): string {
  return `${asker ?? ''} ${placeOf(exchange)}`;
}
