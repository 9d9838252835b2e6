/** Somebody's browser: a cookie jar, and the headers that browsers send. It follows no redirect by itself. */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { type CookieJar, cookieJar } from '../../lib/testing/browser/cookie-jar.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Whose page it is; null for a page that is nobody's. */
  readonly owner: string | null;
  /** Where a redirect leads; null if it is none. */
  readonly location: string | null;
}

export type Form = Readonly<Record<string, string>>;

export class Browser {
  readonly cookies: CookieJar;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(now?: () => number) {
    this.cookies = cookieJar(now && { clock: { now } });
  }

  get(port: number, path: string): Promise<Answer> {
    return this.#send({ port, method: 'GET', path });
  }

  post(port: number, path: string, form: Form = {}): Promise<Answer> {
    return this.#send({ port, method: 'POST', path, form });
  }

  /** Whom the origin itself takes this browser for, asked past every cache; null for nobody. Leaves the jar alone. */
  async whoIsIt(originPort: number): Promise<string | null> {
    // As the proxy in front would ask, which is how the cookies were made.
    const forwarded = { 'X-Forwarded-For': '127.0.0.1' };
    const { owner } = await this.#exchange({ port: originPort, method: 'GET', path: '/account', headers: forwarded });
    return owner;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(sent: Sent): Promise<Answer> {
    const answer = await this.#exchange(sent);
    for (const line of answer.headers['set-cookie'] ?? []) this.cookies.store(line, sent.path);
    return answer;
  }

  #exchange({ port, method, path, form, headers = {} }: Sent): Promise<Answer> {
    const body = form && new URLSearchParams(form).toString();
    return new Promise((resolve, reject) => {
      const outgoing = request({
        agent: this.#agent,
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: {
          Accept: 'text/html,application/xhtml+xml',
          'Sec-Fetch-Site': 'same-origin',
          'Sec-Fetch-Mode': 'navigate',
          'Sec-Fetch-Dest': 'document',
          ...cookieHeader(this.cookies.header(path)),
          ...(body !== undefined && {
            Origin: `http://127.0.0.1:${port}`,
            'Content-Type': 'application/x-www-form-urlencoded',
            'Content-Length': Buffer.byteLength(body),
          }),
          ...headers,
        },
      });
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const { statusCode = 0, headers: received } = incoming;
          const location = statusCode >= 300 && statusCode < 400 ? (received.location ?? null) : null;
          resolve({ status: statusCode, headers: received, body: text, owner: ownerOf(text), location });
        });
      });
      outgoing.end(body);
    });
  }
}

interface Sent {
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly form?: Form;
  readonly headers?: Readonly<Record<string, string>>;
}

function cookieHeader(value: string): { Cookie?: string } {
  return value === '' ? {} : { Cookie: value };
}

/** Each page of the example says in its body tag whose it is. */
export function ownerOf(html: string): string | null {
  return /<body data-user="([^"]+)">/.exec(html)?.[1] ?? null;
}
