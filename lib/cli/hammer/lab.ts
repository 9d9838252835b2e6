/**
 * What brings a swap about is asked when nothing else is going on, by two people and somebody without a session. Nothing that
 * they are given changes who they are: their cookies stay as they were.
 */
import type { Exchange, Question } from '../../evidence/exchange.js';
import type { Person } from '../../testing/world/person.js';
import type { Swap } from './judge.js';
import { type HammerOptions, questionOf } from './options.js';
import type { Run } from './run.js';
import { clientOf } from './steps.js';

type Route = HammerOptions['whoami'];

export interface Asking {
  readonly asker: string | null;
  readonly question: Question;
}

export class Lab {
  readonly run: Run;
  readonly route: Route;
  /** The owner first, then the receiver. */
  readonly people: readonly Person[];

  constructor(run: Run, route: Route, people: readonly Person[]) {
    this.run = run;
    this.route = route;
    this.people = people;
  }

  /** Owner and receiver. A stranger between them could cover a trace. */
  get two(): readonly [Person, Person] {
    return [this.people[0] as Person, this.people[1] as Person];
  }

  get origin(): string {
    return this.run.origin;
  }

  /** The first answer in which somebody is given what is another's; null if there is none. */
  async tried(tries: number, ask: (attempt: number) => Promise<readonly Exchange[]>): Promise<Exchange | null> {
    for (let attempt = 0; attempt < tries; attempt++) {
      const exchanges = await ask(attempt);
      for (const exchange of exchanges) this.run.journal.add(exchange);
      const swapped = exchanges.find((exchange) => this.swapsIn(exchange).length > 0);
      if (swapped) return swapped;
    }
    return null;
  }

  swapsIn(exchange: Exchange): Swap[] {
    return this.run.judge.swapsIn(exchange).filter(({ via }) => via !== 'worn');
  }

  /** One after another, each on a connection of its own. */
  async inOrder(asks: readonly Asking[]): Promise<Exchange[]> {
    const client = clientOf(this.run);
    const exchanges: Exchange[] = [];
    for (const { asker, question } of asks) exchanges.push(await client.ask(question, { asker }));
    client.close();
    return exchanges;
  }

  /** @param query null for the plain URL */
  ask(person: Person, query: string | null, route: Route = this.route): Asking {
    return { asker: person.label, question: person.dressed(questionOf(route, query)) };
  }

  word(): string {
    return this.run.random.word(8);
  }
}
