/** Sends what the checks ask, and not one request or second more than was allowed. */
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
}

export interface Where {
  /** One of the host's addresses; default any. */
  readonly address?: string | undefined;
  readonly http2?: boolean | undefined;
}

const SLOWEST = 4_000;

export class Asking {
  readonly startedAt: number;
  readonly exchanges: Exchange[] = [];
  readonly #options: AskingOptions;
  readonly #now: () => number;
  readonly #connection: Http2Options;
  readonly #http2: Http2Client;
  readonly #clients = new Map<string, Client>();
  #sent = 0;
  /** Promised to checks that have begun. */
  #promised = 0;

  constructor(options: AskingOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.startedAt = this.#now();
    const { origin, insecureTls, limits } = options;
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
    return this.seconds < seconds ? Math.max(0, requests - this.#sent - this.#promised) : 0;
  }

  /** Keeps so many requests for a check that begins; false if there are not as many. */
  promise(requests: number): boolean {
    if (requests > this.left) return false;
    this.#promised += requests;
    return true;
  }

  /** Gives back what a check did not need. */
  giveBack(requests: number): void {
    this.#promised -= requests;
  }

  /** Sends one of the promised requests. Never rejects, as `Client.ask()`. */
  async ask(question: Question, asker: string | null, where: Where = {}): Promise<Exchange> {
    this.#promised--;
    this.#sent++;
    this.#options.onRequest?.(this.#sent);
    const headers = [...(question.headers ?? []), ...this.#options.headers.filter(isMissingIn(question.headers))];
    const whole = { ...question, headers };
    const exchange = await (where.http2 ? this.#http2.ask(whole, asker) : this.#client(where).ask(whole, { asker }));
    this.exchanges.push(exchange);
    return exchange;
  }

  close(): void {
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
