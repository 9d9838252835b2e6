/** Several questions, one after another or all at once. */
import { Client } from '../../evidence/client.js';
import type { Exchange } from '../../evidence/exchange.js';
import { burst } from '../../evidence/last-byte.js';
import type { Account, Person } from './person.js';
import type { Route } from './suite-options.js';
import type { World } from './world.js';

export interface Asking {
  readonly person: Person;
  readonly route: Route;
}

export async function inTurn(person: Person, routes: readonly Route[]): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const route of routes) exchanges.push(await person.ask(route));
  return exchanges;
}

/** One after another. @param question made anew for each, as a URL that no cache has seen */
export async function byEach(people: readonly Person[], question: () => Route): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  for (const person of people) exchanges.push(await person.ask(question()));
  return exchanges;
}

export interface Visitor {
  readonly person: Person;
  /** What was answered, route by route. */
  readonly shown: readonly Exchange[];
}

/** Each logs in, asks, and is done before the next one comes. */
export async function eachAlone(
  world: World,
  accounts: readonly Account[],
  asks: (person: Person) => Promise<Exchange[]>,
): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  for (const account of accounts) {
    const person = await world.login(world.browser(account));
    visitors.push({ person, shown: await asks(person) });
  }
  return visitors;
}

/** Each on a connection of its own, released by its last byte; under URLs that no cache has seen. In the order of what was asked. */
export async function atOnce(world: World, all: readonly Asking[]): Promise<Exchange[]> {
  const client = new Client({ origin: world.origin });
  const exchanges = await burst(
    all.map(({ person, route }) => ({ client, question: person.dressed(world.fresh(route)), asker: person.label })),
  );
  client.close();
  return exchanges.map((exchange, index) => (all[index] as Asking).person.took(exchange));
}
