/** Whom the app takes a browser for: asked on a fresh connection, past caches as far as one can. */
import { setTimeout as passed } from 'node:timers/promises';
import type { Exchange, Question } from '../../evidence/exchange.js';
import type { Person } from '../../testing/world/person.js';
import { DEFAULTS, isRead, questionOf } from './options.js';
import type { Run } from './run.js';
import { clientOf } from './steps.js';

/** Each costs a wait where a cache answers in the app's place. */
const MOST_BEHIND_A_CACHE = 4;

export interface Became {
  readonly person: Person;
  /** Null: logged out. */
  readonly now: string | null;
  readonly exchange: Exchange;
}

/** Whom the app took somebody for. */
export interface Taken {
  readonly owner: string | null;
  readonly exchange: Exchange;
}

type Dress = (question: Question) => Question;

export class Who {
  readonly #run: Run;
  #replayed: Promise<boolean> | null = null;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Whose page whoever sends nothing but these cookies gets; null for nobody's. */
  sends(cookie: string): Promise<Taken> {
    return this.#patiently((question) => ({ ...question, headers: [...(question.headers ?? []), ['Cookie', cookie]] }));
  }

  /** Everybody who is somebody else than he was, or nobody. */
  async whoChanged(): Promise<Became[]> {
    const { crew } = this.#run;
    const people = (await this.#isReplayed()) ? crew.browsers.slice(0, MOST_BEHIND_A_CACHE) : crew.browsers;
    const changed: Became[] = [];
    for (const person of people) {
      const { owner, exchange } = await this.#patiently((question) => person.dressed(question));
      if (owner !== person.label) changed.push({ person, now: owner, exchange });
    }
    return changed;
  }

  /** Somebody without a session is answered with the page of whoever asked before, whatever the query. */
  #isReplayed(): Promise<boolean> {
    this.#replayed ??= (async () => {
      const [browser] = this.#run.crew.browsers;
      if (!isRead(this.#run.options.whoami.method) || browser === undefined) return false;
      await this.#ask((question) => browser.dressed(question));
      return (await this.#ask((question) => question)).owner !== null;
    })();
    return this.#replayed;
  }

  async #patiently(dress: Dress): Promise<Taken> {
    if (await this.#isReplayed()) await passed(this.#run.options.patience ?? DEFAULTS.patience);
    return this.#ask(dress);
  }

  async #ask(dress: Dress): Promise<Taken> {
    const { options, random, journal, judge, crew } = this.#run;
    const client = clientOf(this.#run);
    const stranger = crew.stranger();
    const exchange = await client.ask(stranger.dressed(dress(questionOf(options.whoami, random.word(8)))));
    stranger.close();
    client.close();
    journal.add(exchange);
    const owners = new Set(judge.sightingsIn(exchange).map(({ owner }) => owner));
    return { owner: owners.size === 1 ? ([...owners][0] as string) : null, exchange };
  }
}
