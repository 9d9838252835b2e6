/** Somebody with an account and a browser of their own, or nobody: what they ask is recorded, what they are given is kept. */
import { type AskOptions, Client, type ClientOptions } from '../../evidence/client.js';
import { type Exchange, type HeaderLine, type Question, valuesOf } from '../../evidence/exchange.js';
import { type CookieJar, cookieJar } from '../browser/cookie-jar.js';
import { encoded, type Fields, FORM, type SuiteUser } from './suite-options.js';

/** An account, as all its sessions share it. */
export interface Account {
  /** `ada`, `bob`: what reports say. */
  readonly label: string;
  readonly user: SuiteUser;
  /** Strings that only this account may be shown. */
  readonly marks: Set<string>;
}

export interface PersonParts {
  readonly origin: string;
  /** Null is somebody without an account. */
  readonly account: Account | null;
  readonly connection?: Pick<ClientOptions, 'deadline' | 'insecureTls'>;
  /** Once it has aborted, nothing is asked any more, and what is under way has failed. */
  readonly signal?: AbortSignal;
  /** Hears of each exchange. */
  readonly record: (exchange: Exchange) => void;
  /** A canary that nobody else has. */
  readonly word: () => string;
  /** Whose browser it is; default a new one's. */
  readonly of?: Person;
}

export class Person {
  readonly jar: CookieJar;
  readonly #parts: PersonParts;
  /** Sent with each request, as an `Authorization` that the login answered. */
  readonly #headers: HeaderLine[];
  /** A connection for each request, and one that stays. */
  readonly #each: Client;
  readonly #kept: Client;

  constructor(parts: PersonParts) {
    this.#parts = parts;
    this.jar = parts.of?.jar ?? cookieJar();
    this.#headers = parts.of === undefined ? [] : parts.of.#headers;
    const { origin, connection = {} } = parts;
    this.#each = new Client({ ...connection, origin });
    this.#kept = new Client({ ...connection, origin, keepAlive: true });
  }

  /** The same browser at another address, or in the hands of somebody else. */
  at(origin: string, account: Account | null = this.account): Person {
    return new Person({ ...this.#parts, origin, account, of: this });
  }

  /** Another browser that sends what this one would send now, whatever becomes of this one afterwards. */
  copy(): Person {
    const { of: _none, ...parts } = this.#parts;
    const copy = new Person(parts);
    const cookie = this.jar.header(new URL('/', this.origin));
    copy.wear({ ...Object.fromEntries(this.#headers), ...(cookie !== '' && { Cookie: cookie }) });
    return copy;
  }

  /** Null: nobody's. */
  get label(): string | null {
    return this.#parts.account?.label ?? null;
  }

  get account(): Account | null {
    return this.#parts.account;
  }

  /** @throws Error for nobody */
  get user(): SuiteUser {
    if (this.#parts.account === null) throw new Error('Nobody has no account.');
    return this.#parts.account.user;
  }

  get origin(): string {
    return this.#parts.origin;
  }

  /** A string that nobody else may ever be shown; put it where the account has a field. */
  canary(field: string): string {
    const word = `${field}-${this.#parts.word()}`;
    this.#parts.account?.marks.add(word);
    return word;
  }

  /** The question with this person's cookies and headers, as a browser on a page of the app would send it. */
  dressed(question: Question): Question & { readonly headers: readonly HeaderLine[] } {
    const { method = 'GET', path, headers = [] } = question;
    const has = (name: string) => valuesOf(headers, name).length > 0;
    const cookie = this.jar.header(new URL(path, this.origin), { method });
    return {
      ...question,
      headers: [
        ...(method === 'GET' || method === 'HEAD' || has('origin') ? [] : ([['Origin', this.origin]] as const)),
        ...(has('sec-fetch-site') ? [] : ([['Sec-Fetch-Site', 'same-origin']] as const)),
        ...(cookie === '' || has('cookie') ? [] : ([['Cookie', cookie]] as const)),
        ...this.#headers.filter(([name]) => !has(name)),
        ...headers,
      ],
    };
  }

  /** What came back over another client, as in a burst: recorded, and its cookies kept. */
  took(exchange: Exchange): Exchange {
    this.#parts.record(exchange);
    const url = new URL(exchange.question.path, this.origin);
    for (const line of valuesOf(exchange.answer?.headers ?? [], 'set-cookie')) {
      this.jar.store(line, url, { method: exchange.question.method });
    }
    return exchange;
  }

  /** Over a connection of its own. */
  async ask(question: Question, options: AskOptions = {}): Promise<Exchange> {
    return this.took(await this.#each.ask(this.dressed(question), this.#with(options)));
  }

  /** Over the one connection that this person keeps open. */
  async askAgain(question: Question, options: AskOptions = {}): Promise<Exchange> {
    return this.took(await this.#kept.ask(this.dressed(question), this.#with(options)));
  }

  #with(options: AskOptions): AskOptions {
    const signals = [this.#parts.signal, options.signal].filter((one) => one !== undefined);
    return { asker: this.label, ...options, ...(signals.length > 0 && { signal: AbortSignal.any(signals) }) };
  }

  get(path: string): Promise<Exchange> {
    return this.ask({ path });
  }

  /** An object is sent as a form. */
  post(path: string, body: Fields | string = '', headers: Readonly<Record<string, string>> = {}): Promise<Exchange> {
    const text = typeof body === 'string' ? body : encoded(body);
    const type: HeaderLine[] = typeof body === 'string' ? [] : [['Content-Type', FORM]];
    return this.ask({ method: 'POST', path, headers: [...type, ...Object.entries(headers)], body: text });
  }

  postJson(path: string, value: unknown): Promise<Exchange> {
    const headers: HeaderLine[] = [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json'],
    ];
    return this.ask({ method: 'POST', path, headers, body: JSON.stringify(value) });
  }

  /** From now on these go with each request, in the place of those of the same names. */
  wear(headers: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(headers)) {
      const same = this.#headers.findIndex(([worn]) => worn.toLowerCase() === name.toLowerCase());
      if (same >= 0) this.#headers.splice(same, 1);
      this.#headers.push([name, value]);
    }
  }

  close(): void {
    this.#each.close();
    this.#kept.close();
  }
}
