/** An HTTP/1.1 client that records all it sees, and can stop: before a request's last byte, or after a response's k-th. */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { type Answer, type Exchange, LARGEST_BODY, linesOf, type Question, TOO_LARGE } from './exchange.js';
import { heldConnection, type LastByte } from './last-byte.js';

export interface ClientOptions {
  /** `http://127.0.0.1:3000`. */
  readonly origin: string;
  /** One of the host's addresses; default any that its name has. */
  readonly address?: string;
  /** One connection for all that is asked, kept alive; default a connection for each request. */
  readonly keepAlive?: boolean;
  /** Milliseconds until a request counts as failed. Default 10,000. */
  readonly deadline?: number;
  /** Takes certificates that nobody signed. Default false. */
  readonly insecureTls?: boolean;
}

export interface AskOptions {
  readonly asker?: string | null;
  /** Everything but the last byte leaves; that one leaves when it is released. */
  readonly lastByte?: LastByte;
  /** The connection is cut after so many bytes of the body. */
  readonly abortAfter?: number;
  readonly signal?: AbortSignal;
}

const DEADLINE = 10_000;
/** A stream of events has no end: what has come by then, in milliseconds, is its answer. */
const EVENTS = 250;
let connections = 0;
const numbers = new WeakMap<Socket, number>();

export class Client {
  readonly origin: string;
  readonly #options: ClientOptions;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(options: ClientOptions) {
    this.origin = new URL(options.origin).origin;
    this.#options = options;
    const settings = options.keepAlive ? { keepAlive: true, maxSockets: 1 } : { keepAlive: false };
    this.#agent = this.#secure
      ? new HttpsAgent({ ...settings, rejectUnauthorized: !options.insecureTls })
      : new HttpAgent(settings);
  }

  get #secure(): boolean {
    return this.origin.startsWith('https:');
  }

  /** Never rejects: what went wrong is the exchange's `failure`. */
  ask(question: Question, options: AskOptions = {}): Promise<Exchange> {
    const asked = { method: 'GET', headers: [], ...question };
    const startedAt = performance.now();
    return new Promise((resolve) => {
      let request: ClientRequest | undefined;
      const finish = (answer: Answer | null, failure: string | null) => {
        clearTimeout(timer);
        resolve({
          asker: options.asker ?? null,
          origin: this.origin,
          question: asked,
          answer,
          failure,
          startedAt,
          endedAt: performance.now(),
          connection: request?.socket ? numberOf(request.socket) : 0,
        });
      };
      const timer = setTimeout(
        () => request?.destroy(new Error('no answer in time')),
        this.#options.deadline ?? DEADLINE,
      );
      try {
        request = this.#send(asked, options);
      } catch (error) {
        return finish(null, (error as Error).message);
      }
      request.on('error', (error) => finish(null, error.message));
      request.on('close', () => options.lastByte?.arrive());
      request.on('finish', () => options.lastByte?.arrive());
      request.on('response', (incoming) => {
        read(incoming, options.abortAfter).then(
          (answer) => finish(answer, null),
          (error) => finish(null, error.message),
        );
      });
    });
  }

  /** Ends kept connections. */
  close(): void {
    this.#agent.destroy();
  }

  #send({ method, path, headers, body }: Exchange['question'], { lastByte, signal }: AskOptions): ClientRequest {
    const { hostname, port } = new URL(this.origin);
    const lines = headers.some(([name]) => name.toLowerCase() === 'host')
      ? headers
      : [['Host', new URL(this.origin).host] as const, ...headers];
    const framed =
      body === undefined ? lines : [...lines, ['Content-Length', String(Buffer.byteLength(body))] as const];
    const request = (this.#secure ? overHttps : overHttp)({
      // Without an agent Node takes the connection that it is given.
      ...(lastByte
        ? { createConnection: () => heldConnection(this.origin, lastByte, this.#options) }
        : { agent: this.#agent }),
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port }),
      ...(this.#options.address !== undefined && { lookup: fixed(this.#options.address) }),
      method,
      path,
      headers: framed.flat(),
      ...(signal && { signal }),
    });
    request.end(body);
    return request;
  }
}

/** A resolver that knows one address. */
function fixed(address: string): LookupFunction {
  const family = isIP(address);
  return (_host, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family));
}

async function read(incoming: IncomingMessage, abortAfter = Number.POSITIVE_INFINITY): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  if (abortAfter <= 0) incoming.destroy();
  let heard = false;
  const hearsEnough = () => {
    heard = true;
    incoming.destroy();
  };
  const timer = isEvents(incoming) ? setTimeout(hearsEnough, EVENTS) : undefined;
  try {
    for await (const chunk of abortAfter > 0 ? incoming : []) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= abortAfter) break; // which ends the connection
      if (length > LARGEST_BODY) throw new Error(TOO_LARGE);
    }
  } catch (error) {
    if (!heard) throw error;
  } finally {
    clearTimeout(timer);
  }
  const body = Buffer.concat(chunks).subarray(0, abortAfter);
  return { status: incoming.statusCode ?? 0, headers: linesOf(incoming.rawHeaders), body };
}

function isEvents({ headers }: IncomingMessage): boolean {
  return /^text\/event-stream\b/i.test(headers['content-type'] ?? '');
}

function numberOf(socket: Socket): number {
  const known = numbers.get(socket);
  if (known !== undefined) return known;
  numbers.set(socket, ++connections);
  return connections;
}
