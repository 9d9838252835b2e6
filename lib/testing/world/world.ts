/** What a case works with: the app, people who are logged in, what they asked, what has been found so far. */
import type { Exchange } from '../../evidence/exchange.js';
import type { NewFinding } from '../../evidence/finding.js';
import { type Marked, type Sighting, sightingsOf } from '../../evidence/marks.js';
import type { Random } from '../../evidence/random.js';
import type { NotCovered } from '../../evidence/report.js';
import type { Accounts } from './accounts.js';
import { givenUpBy } from './given-up.js';
import type { Mail } from './hooks.js';
import type { Journal } from './journal.js';
import { logIn } from './log-in.js';
import { Person } from './person.js';
import type { Site } from './site.js';
import { type Route, routeOf, type SuiteOptions, type SuiteUser } from './suite-options.js';

export interface WorldParts {
  readonly options: SuiteOptions;
  readonly site: Site;
  readonly accounts: Accounts;
  readonly journal: Journal;
  readonly random: Random;
  readonly known: readonly NewFinding[];
  /** Hears what the report should say beside findings. */
  readonly remark: (remark: NotCovered) => void;
  /** Aborts when the time is up. */
  readonly signal: AbortSignal;
}

export class World {
  readonly options: SuiteOptions;
  readonly site: Site;
  readonly random: Random;
  readonly journal: Journal;
  /** What earlier cases have found: a case leaves alone what is explained. */
  readonly known: readonly NewFinding[];
  readonly routes: readonly Route[];
  /** For the report's `notCovered`: what nothing here could have found or prevented, and why. */
  readonly remark: (remark: NotCovered) => void;
  readonly #accounts: Accounts;
  readonly #signal: AbortSignal;
  readonly #people: Person[] = [];

  constructor({ options, site, accounts, journal, random, known, remark, signal }: WorldParts) {
    this.options = givenUpBy(signal, options);
    this.site = site;
    this.random = random;
    this.journal = journal;
    this.known = known;
    this.remark = remark;
    this.#signal = signal;
    this.routes = options.routes.map((route) => routeOf(route, 'routes'));
    this.#accounts = accounts;
  }

  get origin(): string {
    return this.site.origin;
  }

  /** The app runs in this process. */
  get inProcess(): boolean {
    return this.site.server !== null;
  }

  /** Routes that can be asked as often as one likes. */
  get safeRoutes(): readonly Route[] {
    return this.routes.filter(({ method }) => method === 'GET' || method === 'HEAD');
  }

  /** The others: what they do is done. */
  get changingRoutes(): readonly Route[] {
    return this.routes.filter(({ method }) => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS');
  }

  /** The route that says who is logged in, if there is one. */
  get whoami(): Route | null {
    const { whoami } = this.options;
    return typeof whoami === 'function' ? null : routeOf(whoami, 'whoami');
  }

  /** What has left the app by itself so far. */
  get mails(): readonly Mail[] {
    return [...this.site.mails, ...(this.options.mails?.() ?? [])];
  }

  /** Everybody who has an account, with what nobody else may see. */
  get everybody(): readonly Marked[] {
    return this.#accounts.marked;
  }

  /** What nobody but this person may see; nothing for nobody. */
  marksOf(label: string | null): readonly string[] {
    return this.everybody.find((one) => one.label === label)?.marks ?? [];
  }

  /** So many different people, each with a new session: ada, bob, cai... As many as the app has accounts, at most. */
  async people(count: 2): Promise<[Person, Person]>;
  async people(count: number): Promise<Person[]>;
  async people(count: number): Promise<Person[]> {
    const people: Person[] = [];
    for (const account of this.#accounts.first(count)) people.push(await this.login(this.browser(account)));
    return people;
  }

  /** The first of them, none of whom has logged in by this. */
  accounts(count: number): readonly NonNullable<Person['account']>[] {
    return this.#accounts.first(count);
  }

  /** Of this number, from 0: ada, bob. */
  account(index: 0 | 1): NonNullable<Person['account']> {
    return this.#accounts.first(2)[index] as NonNullable<Person['account']>;
  }

  /** The account of this label, if there is one. */
  user(label: string | null): SuiteUser | undefined {
    return this.#accounts.first(Number.POSITIVE_INFINITY).find((account) => account.label === label)?.user;
  }

  /** A browser without a session; `account` is whose it will be. */
  browser(account: Person['account'] = null): Person {
    const person = new Person({
      origin: this.origin,
      account,
      signal: this.#signal,
      record: (exchange) => this.journal.add(exchange),
      word: () => this.random.word(12),
    });
    this.#people.push(person);
    return person;
  }

  nobody(): Person {
    return this.browser();
  }

  /** @throws TestingError ERR_SUITE_LOGIN */
  async login(person: Person): Promise<Person> {
    await logIn(person, this.options.login);
    if (this.options.plant !== undefined && person.account !== null && !this.site.planted.has(person.account)) {
      this.site.planted.add(person.account);
      await this.options.plant(person);
    }
    return person;
  }

  /** What the answer holds of somebody else, but for what its page shows of everybody, and what its asker may see there. */
  foreign(exchange: Exchange): Sighting[] {
    const { listings } = this.#accounts;
    return this.unlisted(exchange).filter((sighting) => !listings.allows(exchange, sighting));
  }

  /** Also what its asker was shown there when nobody else had come: that was stored so, or goes by the place. */
  unlisted(exchange: Exchange): Sighting[] {
    const sightings = sightingsOf(exchange, this.everybody);
    return sightings.filter((sighting) => !this.#accounts.listings.shows(exchange, sighting));
  }

  /** The name of the field whose value it is. */
  fieldOf(sighting: Pick<Sighting, 'owner' | 'mark'>): string {
    return this.#accounts.listings.fieldOf(sighting);
  }

  /** Whether the page was refused to this person when all asked in turn, before anything was tried. */
  isRefused({ label }: Person, { path }: Route): boolean {
    return this.#accounts.refusals.has(label, path);
  }

  /** From now on, what that page shows of others is no secret there. */
  showsOnPurpose(exchange: Exchange, sightings: readonly Sighting[]): void {
    this.#accounts.listings.add(exchange, sightings);
  }

  /** Whether an earlier finding is about this path already. */
  explained(path: string): boolean {
    const pathOf = (url: string) => new URL(url).pathname;
    const wanted = pathOf(`${this.origin}${path}`);
    return this.known.some(({ exchanges, alsoExplains = [] }) =>
      [...exchanges.map(({ url }) => url), ...alsoExplains.map((other) => `${this.origin}${other}`)].some(
        (url) => pathOf(url) === wanted,
      ),
    );
  }

  /** The same question under a URL that no cache has seen. */
  fresh(route: Route): Route {
    return { ...route, path: `${route.path}${route.path.includes('?') ? '&' : '?'}fresh=${this.random.word(8)}` };
  }

  close(): void {
    for (const person of this.#people) person.close();
  }
}
