/** Asks over HTTP/2, all on one connection, as browsers do: caches have a way of their own for it now and then. */
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import {
  type Answer,
  type Exchange,
  type HeaderLine,
  LARGEST_BODY,
  type Question,
  TOO_LARGE,
} from '../../evidence/exchange.js';

export interface Http2Options {
  readonly origin: string;
  readonly insecureTls: boolean;
  /** Milliseconds until a request counts as failed. */
  readonly deadline: number;
}

export class Http2Client {
  readonly #options: Http2Options;
  #session: ClientHttp2Session | null = null;

  constructor(options: Http2Options) {
    this.#options = options;
  }

  /** Never rejects, as `Client.ask()`. */
  async ask(question: Question, asker: string | null, signal?: AbortSignal): Promise<Exchange> {
    const asked = { method: 'GET', headers: [], ...question };
    const startedAt = performance.now();
    const came = await this.#request(asked, signal).then(
      (answer) => ({ answer, failure: null }),
      (error: Error) => ({ answer: null, failure: error.message }),
    );
    const { origin } = this.#options;
    return { asker, origin, question: asked, ...came, startedAt, endedAt: performance.now(), connection: 0 };
  }

  close(): void {
    this.#session?.destroy();
  }

  #request({ method, path, headers, body }: Exchange['question'], signal?: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const fields = { ...fieldsOf(headers), ':method': method, ':path': path };
      const stream = this.#open().request(fields, { ...(signal && { signal }) });
      read(stream, this.#options.deadline).then(resolve, reject);
      stream.end(body);
    });
  }

  #open(): ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const { origin, insecureTls } = this.#options;
    const session = connect(origin, { rejectUnauthorized: !insecureTls });
    // Its streams tell the same, one by one.
    session.on('error', () => {});
    this.#session = session;
    return session;
  }
}

/** Rejects where it did not come whole. */
function read(stream: ClientHttp2Stream, deadline: number): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  let head: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
  const timer = setTimeout(() => stream.destroy(new Error('no answer in time')), deadline);
  stream.on('response', (fields) => {
    head = fields;
  });
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LARGEST_BODY) stream.destroy(new Error(TOO_LARGE));
  });
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('close', () => {
      clearTimeout(timer);
      const status = head[':status'];
      const isWhole = status !== undefined && stream.rstCode === constants.NGHTTP2_NO_ERROR;
      if (isWhole) resolve({ status, headers: linesOf(head), body: Buffer.concat(chunks) });
      else reject(new Error('no answer over HTTP/2'));
    });
  });
}

/** A field that came twice is a list. `Host` is the authority. */
function fieldsOf(headers: readonly HeaderLine[]): Record<string, string | string[]> {
  const fields: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const field = name.toLowerCase() === 'host' ? ':authority' : name.toLowerCase();
    fields[field] = [...(fields[field] ?? []), value];
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function linesOf(head: IncomingHttpHeaders): HeaderLine[] {
  return Object.entries(head).flatMap(([name, value = '']) =>
    name.startsWith(':') ? [] : [value].flat().map((one): HeaderLine => [name, one]),
  );
}
