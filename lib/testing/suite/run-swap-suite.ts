/** The swap suite outside of a test runner: every case that the app can be asked, one after another, to a report. */
import { type Finding, finding, type NewFinding } from '../../evidence/finding.js';
import { ALL_MECHANISMS, type Mechanism } from '../../evidence/mechanisms.js';
import { newSeed, type Random, randomFrom } from '../../evidence/random.js';
import type { Asked, NotCovered, Report } from '../../evidence/report.js';
import { ignoringOwnFailures } from '../inside/own-failures.js';
import { Accounts } from '../world/accounts.js';
import { TOO_LATE } from '../world/given-up.js';
import { Journal } from '../world/journal.js';
import { isFactory, openSite, type Site } from '../world/site.js';
import type { SuiteCase } from '../world/suite-case.js';
import { checkSuiteOptions, DEADLINE, type SuiteOptions } from '../world/suite-options.js';
import { World } from '../world/world.js';
import { learn } from './baseline.js';
import { CASES } from './cases/index.js';
import { inTime } from './in-time.js';
import { learnListings } from './learn-listings.js';
import { learnPublished } from './published.js';
import { allowLater } from './seen-alone.js';
import { evident, Shares, theRestOf } from './shares.js';
import { suiteReport } from './suite-report.js';

/**
 * @throws TestingError ERR_INVALID_ARGUMENT for wrong options, ERR_SUITE_LOGIN where nobody can log in, ERR_SUITE_PEOPLE where
 *   nothing tells two people apart. What goes wrong in a single case is in the report's `notCovered`.
 */
export async function runSwapSuite(options: SuiteOptions): Promise<Report> {
  const run = new SuiteRun(options);
  try {
    await run.begin();
    for (const suiteCase of run.cases) await run.ask(suiteCase);
    return run.report();
  } finally {
    await run.close();
  }
}

/** One run: `begin()`, `ask()` for each of `cases`, `report()`, `close()`. */
export class SuiteRun {
  readonly cases: readonly SuiteCase[];
  readonly #options: SuiteOptions;
  readonly #random: Random;
  readonly #accounts: Accounts;
  readonly #journal = new Journal();
  readonly #found: NewFinding[] = [];
  readonly #asked: Asked[] = [];
  readonly #notCovered: NotCovered[] = [];
  readonly #startedAt = new Date();
  #site: Site | null = null;
  #shares = new Shares();
  #begun = 0;
  #beganAt: number | null = null;
  #worlds = 0;

  constructor(options: SuiteOptions) {
    checkSuiteOptions(options);
    this.#options = options;
    this.#random = randomFrom(options.seed ?? newSeed());
    this.#accounts = new Accounts(options.users, this.#random.fork('accounts'));
    this.cases = CASES.filter(({ mechanisms }) => mechanisms.some((mechanism) => this.#wanted(mechanism)));
  }

  /** Tells the people apart. */
  async begin(): Promise<void> {
    this.#beganAt = performance.now();
    await this.#inWorld('baseline', (world) => learn(world, this.#accounts));
    if (this.#options.users !== undefined) await this.#inWorld('alone', (world) => allowLater(world, this.#accounts));
    await this.#inWorld('listings', (world) => learnListings(world, this.#accounts));
    // What is done is done: only an app that each experiment has for itself is left as it was.
    const { app } = this.#options;
    if (app !== undefined && isFactory(app)) {
      const accepted = await this.#inWorld('published', (world) => learnPublished(world, this.#accounts));
      if (accepted !== null)
        await this.#inWorld('accepted', (world) => learnPublished(world, this.#accounts, accepted));
    }
    this.#shares = new Shares((performance.now() - this.#beganAt) / this.#journal.requests);
  }

  /** What the case found is answered, and kept for the report. */
  async ask(suiteCase: SuiteCase): Promise<readonly Finding[]> {
    const { title, mechanisms } = suiteCase;
    const before = this.#journal.requests;
    if (this.#left <= 0) {
      this.#leaveOut(suiteCase, TOO_LATE);
      return [];
    }
    let found: readonly NewFinding[] = [];
    const share = this.#shares.of(this.#left, this.cases.length - this.#begun++);
    const endsAt = performance.now() + share;
    const isCut = () => performance.now() >= endsAt && this.#left > 0;
    try {
      const work = async (world: World) => {
        const why = suiteCase.unable?.(world) ?? null;
        if (why === null) return ignoringOwnFailures(() => suiteCase.run(world));
        this.#leaveOut(suiteCase, why);
        return [];
      };
      found = await this.#inWorld(title, work, share);
      if (isCut()) found = found.filter(evident);
      if (this.#left <= 0 && found.length === 0) this.#leaveOut(suiteCase, TOO_LATE);
    } catch (error) {
      if (!isCut()) this.#leaveOut(suiteCase, `the app could not be asked: ${(error as Error).message}`);
    }
    if (isCut()) this.#notCovered.push(theRestOf(suiteCase));
    const requests = this.#journal.requests - before;
    if (!this.#notCovered.some(({ what }) => what === title)) this.#asked.push({ what: title, mechanisms, requests });
    const wanted = found.filter(({ mechanism }) => this.#wanted(mechanism));
    this.#found.push(...wanted);
    return wanted.map((one) => finding(one, this.#replay));
  }

  report(): Report {
    const covered = new Set(this.#asked.flatMap(({ mechanisms }) => mechanisms));
    const given = new Set(this.#notCovered.flatMap(({ mechanisms }) => mechanisms));
    const silent = ALL_MECHANISMS.filter((one) => this.#wanted(one) && !covered.has(one) && !given.has(one));
    return suiteReport({
      target: this.#options.url ?? 'an app in this process',
      found: this.#found.map((one) => finding(one, this.#replay)),
      asked: this.#asked,
      notCovered: [...this.#notCovered, ...silent.map((one) => ({ what: one, mechanisms: [one], why: NO_CASE }))],
      people: this.#accounts.first(2).map(({ label }) => label),
      journal: this.#journal,
      startedAt: this.#startedAt,
      seed: this.#random.seed,
      replay: this.#replay,
    });
  }

  async close(): Promise<void> {
    await this.#site?.close();
    this.#site = null;
  }

  get #replay(): string {
    return `swapSuite({ ..., seed: '${this.#random.seed}' })`;
  }

  /** Milliseconds until the deadline: a suite may be registered long before its first test runs. */
  get #left(): number {
    return (this.#beganAt ?? performance.now()) + (this.#options.deadline ?? DEADLINE) - performance.now();
  }

  #wanted(mechanism: Mechanism): boolean {
    return this.#options.mechanisms?.includes(mechanism) ?? true;
  }

  #leaveOut({ title, mechanisms }: SuiteCase, why: string): void {
    this.#notCovered.push({ what: title, mechanisms, why });
  }

  async #inWorld<T>(purpose: string, use: (world: World) => Promise<T>, within = this.#left): Promise<T> {
    const time = new AbortController();
    const timer = setTimeout(() => time.abort(), Math.min(within, this.#left));
    try {
      return await inTime(this.#inWorldOf(time.signal, purpose, use), time.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  async #inWorldOf<T>(signal: AbortSignal, purpose: string, use: (world: World) => Promise<T>): Promise<T> {
    const own = this.#options.app !== undefined && isFactory(this.#options.app);
    const site = own || this.#site === null ? await this.#open() : this.#site;
    if (!own) this.#site = site;
    const world = new World({
      options: this.#options,
      site,
      accounts: this.#accounts,
      journal: this.#journal,
      random: this.#random.fork(purpose),
      known: this.#found,
      remark: (remark) => this.#notCovered.push(remark),
      signal,
    });
    try {
      return await inTime(use(world), signal);
    } finally {
      world.close();
      if (own) await site.close();
    }
  }

  #open(): Promise<Site> {
    return openSite(this.#options, { seed: `${this.#random.seed}/${this.#worlds++}` });
  }
}

const NO_CASE = 'no case of this version can find it in such an app';
