/** What all parts of a run share. */
import type { Exchange } from '../../evidence/exchange.js';
import { type Random, randomFrom } from '../../evidence/random.js';
import { CannotRun } from '../cannot-run.js';
import { Crew } from './crew.js';
import { Journal, placeOf } from './journal.js';
import { Judge, type Swap } from './judge.js';
import type { HammerOptions } from './options.js';

const INTERRUPTED = 'The run was interrupted before anybody could be told from anybody else.';

export class Run {
  readonly options: HammerOptions;
  readonly random: Random;
  readonly journal = new Journal();
  readonly judge = new Judge();
  readonly crew: Crew;
  /** Nothing seems to stand in front of the app. */
  direct = false;
  /** What the owner had asked there when the swap was seen: a later page explains nothing. */
  readonly #ownersPages = new Map<Swap, Exchange>();
  /** While the baseline learns, nothing can be judged yet. */
  #learning: Exchange[] | null = [];

  #givenUp = false;

  constructor(options: HammerOptions, seed: string) {
    this.options = options;
    this.random = randomFrom(seed);
    this.crew = new Crew(options, this.random.fork('people'), (exchange) => this.record(exchange));
    this.judge.knows(this.crew.marked);
  }

  get origin(): string {
    return new URL(this.options.url).origin;
  }

  /** @throws CannotRun once the run is given up: then nothing more is asked */
  record(exchange: Exchange): void {
    if (this.#givenUp) throw new CannotRun(INTERRUPTED);
    this.journal.add(exchange);
    if (this.#learning) this.#learning.push(exchange);
    else this.#judge(exchange);
  }

  /** Rejects when somebody interrupts while nothing can be judged yet: who waits for an answer would wait for long. */
  untilInterrupted(): Promise<never> {
    return new Promise((_resolve, reject) => {
      const giveUp = () => {
        this.#givenUp = this.#learning !== null;
        reject(new CannotRun(INTERRUPTED));
      };
      this.options.signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** All that was recorded so far. */
  get learning(): readonly Exchange[] {
    return this.#learning ?? [];
  }

  /** The marks are known: what was recorded so far is judged now, the rest as it comes. */
  startJudging(): void {
    const before = this.#learning ?? [];
    this.#learning = null;
    this.judge.knows(this.crew.marked);
    for (const [index, exchange] of before.entries()) {
      const isOwners = (owner: string | null, one: Exchange) =>
        one.asker === owner && placeOf(one) === placeOf(exchange);
      this.#judge(exchange, (owner) => before.findLast((one, at) => at < index && isOwners(owner, one)));
    }
  }

  /** The owner's side of it. Of two at once the owner's answer may have come after the other's. */
  ownersPage(swap: Swap): Exchange | undefined {
    return this.#ownersPages.get(swap) ?? this.journal.pageOf(swap.owner, swap.exchange);
  }

  /** @param pageOf what an owner had asked there before */
  #judge(exchange: Exchange, pageOf = (owner: string | null) => this.journal.pageOf(owner, exchange)): void {
    for (const { first } of this.judge.look(exchange)) {
      const owners = pageOf(first.owner);
      if (owners) this.#ownersPages.set(first, owners);
      this.journal.keep(exchange, ...(owners ? [owners] : []));
    }
  }
}
