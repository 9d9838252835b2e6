/** Somebody's browser on the journey: keeps cookies, follows nothing, writes down each visit. */
import { type IncomingMessage, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { cookieJar } from 'swapproof/testing';
import { comparableHeaders, cookieNames, keptNames, type Visit, withoutRandom } from './visit.js';

export interface Asking {
  /** Tells apart what is asked more than once. */
  readonly note?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: string;
  /** Sent instead of the jar's cookies; what comes back is not kept then. */
  readonly cookie?: string;
}

export interface Answer {
  readonly status: number;
  readonly location: string;
  readonly body: string;
  /** Of the form in the page, or the last one that this browser saw. */
  readonly token: string;
}

const SESSION = 'connect.sid';

export class OldBrowser {
  readonly jar = cookieJar();
  readonly #name: string;
  readonly #port: number;
  readonly #visits: Visit[];
  #token = '';

  constructor(name: string, port: number, visits: Visit[]) {
    this.#name = name;
    this.#port = port;
    this.#visits = visits;
  }

  get(path: string, expected: number, asking?: Asking): Promise<Answer> {
    return this.ask('GET', path, expected, asking);
  }

  /** With the token of the last form that this browser saw, unless the form brings another. */
  post(path: string, expected: number, { form = {}, ...asking }: Asking = {}): Promise<Answer> {
    return this.ask('POST', path, expected, { ...asking, form: { _csrf: this.#token, ...form } });
  }

  async ask(method: string, path: string, expected: number, asking: Asking = {}): Promise<Answer> {
    const cookie = asking.cookie ?? this.jar.header(path);
    const incoming = await this.#send(method, path, cookie, asking);
    const body = await textOf(incoming);
    const { statusCode: status = 0, headers } = incoming;
    const lines = headers['set-cookie'] ?? [];
    if (asking.cookie === undefined) for (const line of lines) this.jar.store(line, path);
    this.#token = /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? this.#token;
    const note = asking.note ? ` (${asking.note})` : '';
    this.#visits.push({
      step: `${this.#name} ${method} ${withoutRandom(path)}${note}`,
      method,
      expected,
      status,
      cookies: cookieNames(lines, cookie, Date.now()),
      kept: keptNames(this.jar.header('/')),
      body: withoutRandom(body),
      headers: comparableHeaders(headers),
      identified: cookie.includes(`${SESSION}=`) || asking.headers?.Authorization !== undefined,
    });
    return { status, location: headers.location ?? '', body, token: this.#token };
  }

  get sessionCookie(): string {
    return this.jar.get(SESSION) ?? '';
  }

  #send(method: string, path: string, cookie: string, { headers, form, json }: Asking): Promise<IncomingMessage> {
    const body = form ? new URLSearchParams(form).toString() : json;
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
    return new Promise((resolve, reject) => {
      const outgoing = request({
        agent: false,
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        headers: {
          Accept: 'text/html',
          'Accept-Encoding': 'gzip',
          ...(cookie && { Cookie: cookie }),
          ...(body !== undefined && { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }),
          ...headers,
        },
      });
      outgoing.once('error', reject).once('response', resolve).end(body);
    });
  }
}

/** What arrived, unpacked; a connection that breaks off is part of the text. */
function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const received = () => Buffer.concat(chunks);
    incoming.once('end', () => {
      const whole = incoming.headers['content-encoding'] === 'gzip' && chunks.length > 0;
      resolve(whole ? gunzipSync(received()).toString() : received().toString());
    });
    incoming.once('error', () => resolve('(broken off)'));
  });
}
