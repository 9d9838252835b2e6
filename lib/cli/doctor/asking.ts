/** Sends what the checks ask, and not one request or second more than was allowed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../evidence/client.js';
import type { Exchange, HeaderLine, Question } from '../../evidence/exchange.js';
import { Http2Client, type Http2Options } from './http2-client.js';

export interface Limits {
  readonly requests: number;
  readonly seconds: number;
}

export interface AskingOptions {
  readonly origin: string;
  readonly limits: Limits;
  /** Sent with every request. */
  readonly headers: readonly HeaderLine[];
  readonly insecureTls: boolean;
  /** Milliseconds of a monotonic clock; default the machine's. */
  readonly now?: () => number;
  /** Told of each request. */
  readonly onRequest?: (sent: number) => void;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
}

export interface Where {
  /** One of the host's addresses; default any. */
  readonly address?: string | undefined;
  readonly http2?: boolean | undefined;
}

const SLOWEST = 4_000;
const OVER = 'the run was over';

export class Asking {
  readonly startedAt: number;
  readonly exchanges: Exchange[] = [];
  readonly #options: AskingOptions;
  readonly #now: () => number;
  readonly #connection: Http2Options;
  /** The time is up, or somebody interrupts: what is not answered yet is given up. */
  readonly #over = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #http2: Http2Client;
  readonly #clients = new Map<string, Client>();
  #sent = 0;
  /** Promised to checks that have begun. */
  #promised = 0;

  constructor(options: AskingOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.startedAt = this.#now();
    const { origin, insecureTls, limits, signal } = options;
    this.#timer = setTimeout(() => this.#over.abort(), limits.seconds * 1000);
    signal?.addEventListener('abort', () => this.#over.abort(), { once: true });
    if (signal?.aborted) this.#over.abort();
    this.#connection = { origin, insecureTls, deadline: Math.min(SLOWEST, limits.seconds * 1000) };
    this.#http2 = new Http2Client(this.#connection);
  }

  get sent(): number {
    return this.#sent;
  }

  get seconds(): number {
    return (this.#now() - this.startedAt) / 1000;
  }

  /** What can be begun now, at most: nothing once the time is over. */
  get left(): number {
    const { requests, seconds } = this.#options.limits;
    const isOver = this.seconds >= seconds || this.#over.signal.aborted;
    return isOver ? 0 : Math.max(0, requests - this.#sent - this.#promised);
  }

  get interrupted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  /** Keeps so many requests for a check that begins; false if there are not as many. */
  promise(requests: number): boolean {
    if (requests > this.left) return false;
    this.#promised += requests;
    return true;
  }

  /** Sends one of the promised requests, unless the run is over. Never rejects, as `Client.ask()`. */
  async ask(question: Question, asker: string | null, where: Where = {}): Promise<Exchange> {
    this.#promised--;
    if (this.#over.signal.aborted) return this.#unasked(question, asker);
    this.#sent++;
    this.#options.onRequest?.(this.#sent);
    const headers = [...(question.headers ?? []), ...this.#options.headers.filter(isMissingIn(question.headers))];
    const whole = { ...question, headers };
    const { signal } = this.#over;
    const came = await (where.http2
      ? this.#http2.ask(whole, asker, signal)
      : this.#client(where).ask(whole, { asker, signal }));
    const exchange = came.answer === null && signal.aborted ? { ...came, failure: OVER } : came;
    this.exchanges.push(exchange);
    return exchange;
  }

  /** Ends early when the run does. */
  pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, { signal: this.#over.signal }).catch(() => {});
  }

  #unasked(question: Question, asker: string | null): Exchange {
    const asked = { method: 'GET', headers: [], ...question };
    const [at, { origin }] = [performance.now(), this.#options];
    return { asker, origin, question: asked, answer: null, failure: OVER, startedAt: at, endedAt: at, connection: 0 };
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const client of this.#clients.values()) client.close();
    this.#http2.close();
  }

  /** A connection for each request: one that is kept would stay with one node of several. */
  #client({ address }: Where): Client {
    const key = address ?? '';
    const client = this.#clients.get(key) ?? new Client({ ...this.#connection, ...(address && { address }) });
    this.#clients.set(key, client);
    return client;
  }
}

function isMissingIn(given: readonly HeaderLine[] = []) {
  const names = given.map(([name]) => name.toLowerCase());
  return ([name]: HeaderLine) => !names.includes(name.toLowerCase());
}
