/** Experiments: each asks with everything alike but for one thing, whether the URL is the same, the time, the connection. */
import { setTimeout as passed } from 'node:timers/promises';
import { type Exchange, valuesOf } from '../../evidence/exchange.js';
import { burst } from '../../evidence/last-byte.js';
import type { Person } from '../../testing/world/person.js';
import type { Lab } from './lab.js';
import { DEFAULTS, type HammerOptions } from './options.js';
import { clientOf } from './steps.js';

/** The first answer in which the swap came back; null if it did not. */
type Outcome = Promise<Exchange | null>;

const TRIES = 3;
const TRIES_AT_ONCE = 6;
const AT_ONCE = 6;
/** Milliseconds. */
const BEFORE_THE_SECOND = 200;

export function inTurn(lab: Lab, { sameUrl }: { sameUrl: boolean }): Outcome {
  return lab.tried(TRIES, (attempt) => {
    // Some caches keep only plain URLs, others only those that nobody has asked before.
    const query = sameUrl && attempt === 0 ? null : lab.word();
    return lab.inOrder(lab.people.map((person, index) => lab.ask(person, sameUrl ? query : `${query}${index}`)));
  });
}

/** The receiver alone, after the others' answers must have been forgotten. */
export async function alone(lab: Lab): Outcome {
  await passed(lab.run.options.patience ?? DEFAULTS.patience);
  return lab.tried(1, () => lab.inOrder([lab.ask(lab.two[1], lab.word())]));
}

export function atOnce(lab: Lab, { sameUrl }: { sameUrl: boolean }): Outcome {
  return lab.tried(TRIES_AT_ONCE, async () => {
    const query = lab.word();
    const client = clientOf(lab.run);
    const asks = Array.from({ length: AT_ONCE }, (_none, index) => {
      return { client, ...lab.ask(lab.two[index % 2] as Person, sameUrl ? query : `${query}${index}`) };
    });
    const exchanges = await burst(asks);
    client.close();
    return exchanges;
  });
}

/** Whether others are shown whoever has asked last, and not always the same one. */
export async function followsTheLast(lab: Lab): Promise<boolean> {
  const [owner, receiver] = lab.two;
  const seen = new Set<string | null>();
  for (const [first, second] of [
    [owner, receiver],
    [receiver, owner],
  ] as const) {
    const again = first.account && (await lab.run.crew.again(first.account));
    const asks = [again ?? first, second].map((person) => lab.ask(person, lab.word()));
    const swapped = await lab.tried(1, () => lab.inOrder(asks));
    for (const swap of swapped ? lab.swapsIn(swapped) : []) seen.add(swap.owner);
  }
  return seen.size > 1;
}

/** After the owner has asked for something else: what came of that, too. */
export async function afterOther(
  lab: Lab,
  route: HammerOptions['whoami'],
): Promise<{ readonly other: Exchange } | null> {
  const [owner, ...others] = lab.people as [Person, ...Person[]];
  let other: Exchange | undefined;
  const swapped = await lab.tried(TRIES, async () => {
    const asks = [lab.ask(owner, lab.word(), route), ...others.map((person) => lab.ask(person, lab.word()))];
    const [first, ...rest] = await lab.inOrder(asks);
    other = first;
    return rest;
  });
  return swapped && other ? { other } : null;
}

/**
 * Whether what comes back in turn was kept in front of the app: servers name the second in which they answer, and here one
 * second goes over into the next between the two requests.
 */
export async function wasKeptInFront(lab: Lab): Promise<boolean> {
  const [owner, receiver] = lab.two;
  const query = lab.word();
  await passed((2_000 - BEFORE_THE_SECOND - (Date.now() % 1000)) % 1000);
  const [first] = await lab.inOrder([lab.ask(owner, query)]);
  await passed(2 * BEFORE_THE_SECOND);
  const [second] = await lab.inOrder([lab.ask(receiver, query)]);
  const [before, after] = [first, second].map((one) => valuesOf(one?.answer?.headers ?? [], 'date')[0]);
  return before !== undefined && before === after;
}
