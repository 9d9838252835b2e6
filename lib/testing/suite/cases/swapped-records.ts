import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf } from '../../../evidence/marks.js';
import { marksIn } from '../../world/accounts.js';
import { byEach, eachAlone, inTurn, type Visitor } from '../../world/ask-all.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { fieldsOfOthers, type MixedUp, mixedUp, ownFields } from './mixed-up-fields.js';

/** Three can have each the next one's. */
const MOST_PEOPLE = 4;

export const swappedRecords: SuiteCase = {
  title: 'each person alone, from the first login on',
  mechanisms: ['M25'],
  async run(world) {
    const swapped = await swappedIn(world, await shownTo(world, 'first first'));
    return swapped.length === 0 ? recordsOf(world) : [mixedUpFinding(world, swapped, SWAPPED)];
  },
};

/** Those who are shown another's in the place of their own, for good. */
export async function swappedIn(world: World, all: readonly Visitor[]): Promise<MixedUp[]> {
  const swapped: MixedUp[] = [];
  const people = all.map(({ person }) => person);
  for (const [index, route] of routesOf(world).entries()) {
    if (world.explained(route.path)) continue;
    const mixed = mixedUp(
      world,
      all.flatMap(({ shown }) => shown[index] ?? []),
    );
    if (mixed.length < 2 && !mixed.some((one) => isOfRecords(world, one, mixed, all))) continue;
    if (!(await isStored(world, people, () => world.fresh(route), mixed))) continue;
    if (mixed.some((one) => isOfRecords(world, one, mixed, all))) swapped.push(...mixed);
    // A page that is about another one, always the same: each has a partner.
    else for (const { to } of mixed) world.showsOnPurpose(to, fieldsOfOthers(world, to));
  }
  return swapped;
}

/** One finding, of all pages: what is stored wrongly is shown wherever it is shown. */
export function mixedUpFinding(world: World, swapped: readonly MixedUp[], detail: string): NewFinding {
  const [{ of, to, sighting }] = swapped as [MixedUp];
  const finding = swapFinding(world, { mechanism: 'M25', of, to, sighting, detail });
  return { ...finding, alsoExplains: swapped.map((one) => one.to.question.path) };
}

/** Everybody alone. */
export function shownTo(world: World, order: 'first first' | 'last first'): Promise<Visitor[]> {
  const accounts = world.accounts(MOST_PEOPLE);
  return eachAlone(world, order === 'first first' ? accounts : [...accounts].reverse(), (person) =>
    inTurn(person, routesOf(world)),
  );
}

export function routesOf({ whoami, safeRoutes }: World): readonly Route[] {
  return whoami === null || whoami.method !== 'GET' ? safeRoutes : [whoami, ...safeRoutes];
}

/**
 * A page that is meant to show another one, as a partner, is there beside one that shows the same fields of its asker. The record
 * that went astray has fields that its owner is not shown anywhere; without other fields, each must have the other's alone.
 */
function isOfRecords(
  world: World,
  { to, of, fields }: MixedUp,
  mixed: readonly MixedUp[],
  all: readonly Visitor[],
): boolean {
  const seen = all.find(({ person }) => person.label === to.asker)?.shown.flatMap((page) => ownFields(world, page));
  const astray = fields.filter((field) => !seen?.includes(field));
  if (astray.length === fields.length) return true;
  const isMutual = mixed.some((other) => other.to.asker === of.asker && other.of.asker === to.asker);
  return ownFields(world, to).length === 0 && (astray.length > 0 || isMutual);
}

/** It is the same in another order: no connection is out of step, and nobody was given the answer to somebody else. */
export async function isStored(
  world: World,
  people: readonly Person[],
  question: () => Route,
  mixed: readonly MixedUp[],
): Promise<boolean> {
  return sameOwners(mixedUp(world, await byEach([...people].reverse(), question)), mixed);
}

function sameOwners(some: readonly MixedUp[], others: readonly MixedUp[]): boolean {
  const pairsOf = (all: readonly MixedUp[]) => all.map(({ to, of }) => `${to.asker} ${of.asker}`).sort();
  return pairsOf(some).join('\n') === pairsOf(others).join('\n');
}
/** What the app's store has, if it can be looked at. */
async function recordsOf(world: World): Promise<NewFinding[]> {
  const { records } = world.options;
  if (records === undefined) return [];
  for (const person of await world.people(2)) {
    const text = JSON.stringify(await records(person)) ?? '';
    const others = world.everybody.filter(({ label }) => label !== person.label);
    const owner = others.find(({ marks }) => marks.some((mark) => offsetOf(text, mark) >= 0));
    if (owner !== undefined && !marksIn(person.user).some((mark) => offsetOf(text, mark) >= 0)) {
      return [recordFinding(person, owner.label)];
    }
  }
  return [];
}

function recordFinding(person: Person, owner: string): NewFinding {
  return {
    mechanism: 'M25',
    title: `the records of ${person.label} are those of ${owner}`,
    owner,
    receiver: person.label,
    exchanges: [],
    detail: `records(${person.label}) answered what is ${owner}'s, and nothing that is ${person.label}'s own.`,
  };
}

const SWAPPED =
  'Each had logged in alone, and each was shown what is that of the other, and nothing of their own: what is stored under one name ' +
  'belongs to the other.';
