/** One browser of an app with a kit: keeps cookies, and every answer as it came. */
import type { CookieNames } from '../../lib/session/cookies.js';
import { cookieJar } from '../../lib/testing/browser/cookie-jar.js';
import type { Me } from './kit-app.js';
import { type Answer, send } from './send.js';

export interface Call {
  readonly headers?: Record<string, string>;
  /** Cookies sent instead of the jar's; what comes back is not kept then. */
  readonly cookie?: string;
  readonly body?: string;
}

/** What the kit's cookies of one browser are at some time. */
export interface Held {
  readonly session: string;
  readonly activity: string;
  readonly owner: string;
}

export class KitBrowser {
  readonly jar = cookieJar();
  readonly #port: number;
  readonly #names: CookieNames;

  constructor(port: number, names: CookieNames) {
    this.#port = port;
    this.#names = names;
  }

  async ask(method: string, path: string, { headers = {}, cookie, body }: Call = {}): Promise<Answer> {
    const sent = cookie ?? this.jar.header(path.split('?', 1)[0] ?? '/');
    const answer = await send(this.#port, method, path, { ...headers, ...(sent && { cookie: sent }) }, body);
    if (cookie === undefined) for (const line of answer.setCookies) this.jar.store(line, path);
    return answer;
  }

  get(path: string, call?: Call): Promise<Answer> {
    return this.ask('GET', path, call);
  }

  post(path: string, call?: Call): Promise<Answer> {
    return this.ask('POST', path, call);
  }

  async login(subject: string, call?: Call): Promise<Answer> {
    const answer = await this.post(`/login?as=${subject}`, call);
    if (answer.status !== 200) throw new Error(`login answered ${answer.status} ${answer.body}`);
    return answer;
  }

  async me(call?: Call): Promise<Me> {
    const { status, body } = await this.get('/me', call);
    if (status !== 200) throw new Error(`/me answered ${status} ${body}`);
    return JSON.parse(body) as Me;
  }

  get held(): Held {
    const { session, activity, owner } = this.#names;
    const value = (name: string) => this.jar.get(name) ?? '';
    return { session: value(session), activity: value(activity), owner: value(owner) };
  }

  /** A `Cookie` header of these values; what is left out is not sent. */
  cookie({ session, activity, owner }: Partial<Held>): string {
    const pairs = [
      [this.#names.session, session],
      [this.#names.activity, activity],
      [this.#names.owner, owner],
    ];
    return pairs
      .filter(([, value]) => value)
      .map((pair) => pair.join('='))
      .join('; ');
  }
}

/** Values of `Set-Cookie` by name; an expired one is `''`. */
export function cookiesSet({ setCookies }: Answer): Readonly<Record<string, string>> {
  return Object.fromEntries(
    setCookies.map((line) => {
      const [pair = ''] = line.split(';', 1);
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

export const PACKED = 'private, no-store';
