/**
 * Memory that nobody filled: every `Buffer.allocUnsafe()` is given a canary instead of what it happens to hold, and no answer may
 * contain it. And memory that is used again: a user with a long name asks, then one with a short name.
 */

import type { Answer, Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf, textOf } from '../../../evidence/marks.js';
import { Patched } from '../../inside/patched.js';
import type { Account, Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';

const ALLOCATIONS = ['allocUnsafe', 'allocUnsafeSlow'];
/** A name of which a tail is left when a shorter one is written over it. */
const LONG = 80;
const TAIL = 16;
/** Bytes that are looked at together. */
const WINDOW = 64;

export const unfilledMemory: SuiteCase = {
  title: 'answers made in memory that was not filled, or is used again',
  mechanisms: ['M27'],
  unable: ({ inProcess }) =>
    inProcess ? null : 'memory can be filled with canaries in this process only: give app, not url',
  async run(world) {
    const findings: NewFinding[] = [];
    for (const route of world.safeRoutes) {
      const found = (await unfilled(world, route)) ?? (await usedAgain(world, route));
      if (found !== null) findings.push(found);
    }
    return findings;
  },
};

async function unfilled(world: World, route: Route): Promise<NewFinding | null> {
  const [ada] = await world.people(1);
  const canary = world.random.word(8);
  const patched = new Patched();
  for (const name of ALLOCATIONS) {
    patched.replace(
      Buffer,
      name,
      (allocate) =>
        (...args) =>
          allocate.apply(Buffer, args).fill(canary),
    );
  }
  try {
    const exchange = await (ada as NonNullable<typeof ada>).ask(world.fresh(route));
    const offset = exchange.answer === null ? -1 : offsetOfCanary(exchange.answer, canary);
    if (offset < 0) return null;
    return {
      mechanism: 'M27',
      title: `${exchange.asker} was sent memory that the app never filled, by ${route.label}`,
      owner: null,
      receiver: exchange.asker,
      exchanges: [world.journal.show(exchange)],
      leak: { where: 'body', name: null, offset, excerpt: `${canary}${canary}...` },
      detail: UNFILLED,
    };
  } finally {
    patched.restore();
  }
}

/** As text; or byte by byte, where something else is written in between, as in the padding of rows. */
function offsetOfCanary(answer: Answer, canary: string): number {
  const offset = textOf(answer).indexOf(canary);
  if (offset >= 0) return offset;
  for (let phase = 0; phase < canary.length; phase++) {
    const found = oftenIn(answer.body, (index) => canary.charCodeAt((index + phase) % canary.length));
    if (found >= 0) return found;
  }
  return -1;
}

/** Where so many bytes follow of which half are the expected ones; text of an app has one in twenty of them. */
function oftenIn(body: Buffer, expected: (index: number) => number): number {
  let count = 0;
  for (let index = 0; index < body.length; index++) {
    if (body[index] === expected(index)) count++;
    if (index >= WINDOW && body[index - WINDOW] === expected(index - WINDOW)) count--;
    if (count * 2 >= WINDOW && index >= WINDOW) return index - WINDOW + 1;
  }
  return -1;
}

async function usedAgain(world: World, route: Route): Promise<NewFinding | null> {
  const [ada, bob] = await world.people(2);
  const named = longNamed(world);
  const long = named === null ? null : await world.login(world.browser(named)).catch(() => null);
  const pairs = [[ada, bob], [bob, ada], ...(long === null ? [] : [[long, bob]])] as [Person, Person][];
  for (const [first, second] of pairs) {
    if (first.user.username.length === second.user.username.length) continue;
    const of = await first.ask(world.fresh(route));
    const to = await second.ask(world.fresh(route));
    const found = restOf(world, of, to, first);
    if (found !== null) return found;
  }
  return null;
}

/** What was the first's stands behind what is the second's, in the same place as before: it was not written over. */
function restOf(world: World, of: Exchange, to: Exchange, { account }: Person): NewFinding | null {
  if (of.answer === null || to.answer === null) return null;
  const [before, text] = [textOf(of.answer), textOf(to.answer)];
  const marks = [...(account?.marks ?? [])].map((mark) => mark.slice(-TAIL));
  const own = world.marksOf(to.asker);
  const tail = marks.find((mark) => placeOf(before, text, mark, own) >= 0);
  if (tail === undefined) return null;
  return {
    mechanism: 'M27',
    title: `${to.asker} was sent the end of what had been ${of.asker}'s, by ${route(to)}`,
    owner: of.asker,
    receiver: to.asker,
    exchanges: [of, to].map((exchange) => world.journal.show(exchange)),
    leak: { where: 'body', name: null, offset: text.lastIndexOf(tail), excerpt: tail },
    detail: USED_AGAIN,
  };
}

/** A page that is made anew has moved by the difference of the names. */
function placeOf(before: string, text: string, mark: string, own: readonly string[]): number {
  const bytes = Buffer.from(mark).toString('latin1');
  const at = text.lastIndexOf(bytes);
  const first = own.map((one) => offsetOf(text, one)).find((offset) => offset >= 0);
  const isBehind = first !== undefined && first < at;
  return isBehind && before.startsWith(bytes, at) && !before.startsWith(text.slice(0, at)) ? at : -1;
}

function route({ question }: Exchange): string {
  return `${question.method} ${question.path}`;
}

function longNamed({ options, random }: World): Account | null {
  if (options.users !== undefined) return null;
  const username = `zoe-${random.word(LONG)}`;
  return { label: 'zoe', user: { username, password: random.word(16) }, marks: new Set([username]) };
}

const UNFILLED =
  'Everything that Buffer.allocUnsafe() answered held a canary, and the canary is in the response: those bytes were never ' +
  'written. Without the canary they are what another request has left there.';
const USED_AGAIN =
  'One user with a long name asked, then one with a short name, and the second was sent the end of the first: a buffer is used ' +
  'again, and sent beyond what was written.';
