/**
 * One asks, then another, then nobody, each over a connection of their own. What the second gets of the first was kept by the
 * URL if it is gone under another spelling of it; else by nothing, or by a connection to a store that is out of step.
 */

import { type Exchange, isAccepted, valuesOf } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Sighting } from '../../../evidence/marks.js';
import type { Mechanism } from '../../../evidence/mechanisms.js';
import { isPersonal } from '../../edge/targets.js';
import { Visits } from '../../inside/visits.js';
import { areAlike } from '../../world/accounts.js';
import type { Person } from '../../world/person.js';
import { otherSpelling } from '../../world/spellings.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

/** A cache in front of the app says how old its answer is. */
const OF_A_CACHE = ['age', 'x-varnish', 'cf-cache-status'];

export const sameUrlInTurn: SuiteCase = {
  title: 'the same page for two people and a stranger in turn',
  mechanisms: ['M1', 'M3', 'M6', 'M7', 'M11', 'M16', 'M17', 'M19'],
  async run(world) {
    const findings: NewFinding[] = [];
    // From the first login on, which may end on a page: a connection remembers in whose name it was made.
    const visits = world.site.server === null ? null : new Visits(world.site.server);
    try {
      const [ada, bob] = await world.people(2);
      for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
        const found = await inTurn(world, { ada, bob, stranger: world.nobody(), visits }, route);
        if (found !== null) findings.push(found);
      }
    } finally {
      visits?.close();
    }
    return findings;
  },
};

interface People {
  readonly ada: Person;
  readonly bob: Person;
  readonly stranger: Person;
  /** Of both, if the app runs here. */
  readonly visits: Visits | null;
}

async function inTurn(world: World, people: People, route: Route): Promise<NewFinding | null> {
  const { ada, bob, stranger } = people;
  const url = world.fresh(route);
  const asked: Exchange[] = [];
  for (const person of [ada, bob, stranger]) {
    const exchange = await person.ask(url);
    const [sighting] = world.foreign(exchange);
    if (sighting !== undefined) return explain(world, people, { route, to: exchange, sighting, asked });
    asked.push(exchange);
  }
  return null;
}

interface Seen {
  readonly route: Route;
  readonly to: Exchange;
  readonly sighting: Sighting;
  readonly asked: readonly Exchange[];
}

async function explain(world: World, people: People, { route, to, sighting, asked }: Seen): Promise<NewFinding | null> {
  const of = asked.find(({ asker }) => asker === sighting.owner);
  const [mechanism, detail] = await cause(world, people, { route, to, sighting, asked });
  return mechanism === null ? null : swapFinding(world, { mechanism, of, to, sighting, detail });
}

type Cause = readonly [mechanism: Mechanism | null, detail: string];

async function cause(world: World, people: People, seen: Seen): Promise<Cause> {
  const { ada, bob, stranger, visits } = people;
  const { route, to, asked } = seen;
  if (visits?.last?.strayed && visits.last.hasContext) return ['M3', STRAYED];
  if (OF_A_CACHE.some((name) => valuesOf(to.answer?.headers ?? [], name).length > 0)) return ['M11', SAME_URL];
  if (asked.length === 0) return (await isOfTheLogins(world, people, seen)) ? ['M1', LOGGED_IN_LAST] : [null, ''];
  const again = to.asker === null ? stranger : bob;
  const isKept = world.foreign(await again.ask(to.question)).length > 0;
  if (isKept && (await isOfAPair(world, seen))) return ['M7', ALIKE];
  const other = await otherSpelling(world, ada, route);
  if (world.foreign(await again.ask(world.fresh(other))).length === 0)
    return isKept ? ['M6', SAME_URL] : once(world, people, seen);
  // What is left behind, for strangers or beside what is the asker's own, has an experiment of its own.
  if (world.inProcess && (to.asker === null || isPersonal(world, to))) return [null, ''];
  return outOfStep(world, people, route);
}

/**
 * Another one logs in last, and the owner is shown what is of that one. Else something is left of an earlier page; so it may be where
 * another server was asked.
 */
async function isOfTheLogins(world: World, { ada, bob, visits }: People, { route, sighting }: Seen): Promise<boolean> {
  if (visits?.last !== undefined && visits.last.calledOn.size + visits.last.spokeOn.size > 0) return false;
  const [owner, other] = sighting.owner === ada.label ? [ada, bob] : [bob, ada];
  const last = await world.login(world.browser(other.account));
  const shown = world.foreign(await owner.ask(world.fresh(route)));
  return shown.some((one) => one.owner === last.label);
}

/** What is kept is given to this one, whose name is like the owner's, and not to a third, whose is not. */
async function isOfAPair(world: World, { route, to, sighting }: Seen): Promise<boolean> {
  const [owner, asker] = [world.user(sighting.owner), world.user(to.asker)];
  if (owner === undefined || asker === undefined || !areAlike(owner, asker)) return false;
  const third = (await world.people(3))[2];
  if (third === undefined) return true;
  return (
    !areAlike(owner, third.user) && world.foreign(await third.ask({ ...route, path: to.question.path })).length === 0
  );
}

/** It was shown once and is not kept: an answer has come late, or once more than it was asked for. */
async function once(world: World, { ada, bob, visits }: People, { route }: Seen): Promise<Cause> {
  if (visits === null) return ['M6', SAME_URL];
  const before = visits.all.length;
  for (const person of [ada, bob]) await person.ask(world.fresh(route));
  const since = visits.all.slice(before);
  if (since.some(({ calledOn }) => calledOn.size > 0)) return ['M17', ONCE];
  return since.some(({ spokeOn }) => spokeOn.size > 0) ? ['M16', ONCE] : [null, ''];
}

/**
 * Everybody's answers are one behind, or hang on a connection to another server: with those gone each gets what is theirs. Else
 * something is kept, by nothing that tells people apart.
 */
async function outOfStep(world: World, { ada, bob, visits }: People, route: Route): Promise<Cause> {
  const all = visits?.all ?? [];
  const ofAda = await ada.ask(world.fresh(route));
  const ofBob = await bob.ask(world.fresh(route));
  if (world.foreign(ofAda).length > 0 && world.foreign(ofBob).length > 0) {
    return all.slice(-2).some(({ calledOn }) => calledOn.size > 0) ? ['M17', ONE_BEHIND] : ['M16', ONE_BEHIND];
  }
  const connections = new Set(all.flatMap(({ spokeOn, calledOn }) => [...spokeOn, ...calledOn]));
  if (connections.size === 0) return ['M6', ANY_URL];
  for (const connection of connections) connection.destroy();
  const afresh = await firstAccepted(world, bob, route);
  return afresh !== null && world.foreign(afresh).length === 0 ? ['M19', ON_CONNECTION] : ['M6', ANY_URL];
}

/** Whoever is given a connection that is gone is answered an error, or never. */
async function firstAccepted(world: World, person: Person, route: Route): Promise<Exchange | null> {
  const asked = Array.from({ length: TRIES }, async () => {
    const exchange = await person.copy().ask(world.fresh(route));
    if (!isAccepted(exchange)) throw new Error('not accepted');
    return exchange;
  });
  return Promise.any(asked).catch(() => null);
}

/** One more than most pools keep for two people in turn. */
const TRIES = 3;

const SAME_URL =
  'Both asked for the same URL, one after the other, over connections of their own. The second was given what the first had got.';
const ANY_URL =
  'They asked one after the other, over connections of their own. The second was given what the first had got, under ' +
  'other spellings of the URL too: what is kept is kept by nothing that tells them apart.';
const ONE_BEHIND =
  'They asked one after the other, over connections of their own, and each was given the answer to the one who had asked before.';
const ON_CONNECTION =
  'They asked one after the other. The app speaks to another server over one connection for both, which takes all that comes over it ' +
  'for the first: with a new connection the second was given what is theirs.';
const ONCE =
  'They asked one after the other, over connections of their own. The second was given once what is of the first, and not again: the app ' +
  'speaks to another server over a connection that it keeps, and took an answer that was over for the next one.';
const ALIKE =
  'They asked one after the other, over connections of their own. The second was given what the first had got, and a third was not: ' +
  'something of these two makes one key.';
const STRAYED =
  'They asked one after the other. The second was answered in the asynchronous context of the first, as a connection to another server that was ' +
  'made for the first keeps it: AsyncLocalStorage names the wrong user there.';
const LOGGED_IN_LAST = 'They had logged in one after the other, and nobody had asked for this page before.';
