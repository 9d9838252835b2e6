/** Who takes part: the users with their marks, and the browsers that they are logged in with. */
import type { Exchange } from '../../evidence/exchange.js';
import type { Marked } from '../../evidence/marks.js';
import type { Random } from '../../evidence/random.js';
import { tryToLogIn } from '../../testing/world/log-in.js';
import { type Account, Person } from '../../testing/world/person.js';
import { DEFAULTS, type HammerOptions, type HammerUser, type Login } from './options.js';

/** A shorter string is too common to be anybody's. */
const SHORTEST_MARK = 3;

export class Crew {
  readonly accounts: readonly Account[];
  /** Logged in, once the baseline is over. */
  readonly browsers: Person[];
  readonly #options: HammerOptions;
  readonly #users = new Map<Account, HammerUser>();
  readonly #record: (exchange: Exchange) => void;
  readonly #random: Random;
  readonly #others: Person[] = [];
  /** Whose place was taken: they may still be waiting for an answer. */
  readonly #former: Person[] = [];

  constructor(options: HammerOptions, random: Random, record: (exchange: Exchange) => void) {
    this.#options = options;
    this.#record = record;
    this.#random = random;
    for (const user of options.users) this.#users.set(accountOf(user, options.login), user);
    this.accounts = [...this.#users.keys()];
    const count = Math.max(options.browsers ?? DEFAULTS.browsers, this.accounts.length);
    this.browsers = Array.from({ length: count }, (_none, index) =>
      this.#person(this.accounts[index % this.accounts.length] as Account),
    );
  }

  get marked(): readonly Marked[] {
    return this.accounts.map(({ label, marks }) => ({ label, marks: [...marks] }));
  }

  /** Cookies of before can be used once more, but nothing is logged in with them. */
  get logsIn(): boolean {
    return this.#options.login.kind !== 'cookies';
  }

  account(label: string | null): Account | undefined {
    return this.accounts.find((account) => account.label === label);
  }

  /** A browser without a session, which whoever takes it closes. */
  stranger(): Person {
    return this.#person(null);
  }

  /** One that is closed with all the others. */
  nobody(): Person {
    const nobody = this.#person(null);
    this.#others.push(nobody);
    return nobody;
  }

  /** Ends the connections of those who were only needed for a moment. */
  dismiss(): void {
    for (const person of this.#others.splice(0)) person.close();
  }

  /**
   * Another browser of this user, logged in; null if that is not possible.
   * @param seat the number of the browser whose place it takes
   */
  async again(account: Account, seat?: number): Promise<Person | null> {
    const person = this.#person(account);
    if (seat === undefined) this.#others.push(person);
    if ((await this.logIn(person)) !== null) return null;
    if (seat === undefined) return person;
    this.#former.push(...this.browsers.splice(seat, 1, person));
    return person;
  }

  /** @returns why it can't have worked, or null */
  async logIn(person: Person): Promise<string | null> {
    const { login } = this.#options;
    const user = person.account && this.#users.get(person.account);
    for (const line of user?.cookies ?? []) person.jar.store(line, person.origin);
    if (login.kind === 'cookies') return null;
    try {
      return await tryToLogIn(person, loginOf(login));
    } catch (error) {
      return `the module threw: ${(error as Error).message}`;
    }
  }

  close(): void {
    this.dismiss();
    for (const person of [...this.browsers, ...this.#former]) person.close();
  }

  #person(account: Account | null): Person {
    const { url, insecureTls = false } = this.#options;
    return new Person({
      origin: new URL(url).origin,
      account,
      record: this.#record,
      word: () => this.#random.word(12),
      connection: { insecureTls },
    });
  }
}

function accountOf({ name, password, marks }: HammerUser, login: Login): Account {
  const [nameField, passwordField] = 'fields' in login ? login.fields : ['username', 'password'];
  const secret = password ?? '';
  return {
    label: name,
    user: { username: name, password: secret, [nameField]: name, [passwordField]: secret },
    marks: new Set([name, ...marks].filter((mark) => mark.length >= SHORTEST_MARK)),
  };
}

function loginOf(login: Exclude<Login, { kind: 'cookies' }>): Parameters<typeof tryToLogIn>[1] {
  if (login.kind === 'module') return login.logIn;
  if (login.kind === 'form') return login.path;
  const [name, password] = login.fields;
  return { path: login.path, json: (user) => ({ [name]: user.username, [password]: user.password }) };
}
