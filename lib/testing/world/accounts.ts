/** Who has an account, and which strings nobody else may be shown. */
import type { Marked } from '../../evidence/marks.js';
import type { Random } from '../../evidence/random.js';
import { Listings } from './listings.js';
import type { Account } from './person.js';
import { Refusals } from './refusals.js';
import type { SuiteUser } from './suite-options.js';

const LABELS = ['ada', 'bob', 'cai', 'dan', 'eve', 'fay', 'gil', 'hal', 'ivy', 'jon'];
/** A shorter string is too common to be anybody's. */
const SHORTEST_MARK = 3;
/** Shorter beginnings are the same by chance. */
const LONG = 8;
const SECRET_FIELD = /pass|pwd|secret|pin|otp/i;

export class Accounts {
  /** Where some of it is shown of everybody. */
  readonly listings: Listings;
  readonly refusals = new Refusals();
  readonly #all: readonly Account[];

  /** @param users the app's own, or none: names that nobody can guess */
  constructor(users: readonly SuiteUser[] | undefined, random: Random) {
    const given = users ?? LABELS.map((label) => madeUp(label, random));
    this.#all = given.map((user, index) => ({
      label: users === undefined ? (LABELS[index] as string) : user.username,
      user,
      marks: new Set(marksIn(user)),
    }));
    this.listings = new Listings(this.#all);
  }

  get marked(): readonly Marked[] {
    return this.#all.map(({ label, marks }) => ({ label, marks: [...marks] }));
  }

  first(count: number): readonly Account[] {
    return this.#all.slice(0, count);
  }

  /** What is shown to everybody is nobody's mark. */
  forget(mark: string): void {
    for (const { marks } of this.#all) marks.delete(mark);
  }
}

function madeUp(label: string, random: Random): SuiteUser {
  return { username: `${label}-${random.word(10)}`, password: random.word(16) };
}

/** What the account was named by, before anything was learned of it. */
export function marksIn(user: SuiteUser): string[] {
  return Object.entries(user).flatMap(([field, value]) =>
    typeof value === 'string' && value.length >= SHORTEST_MARK && !SECRET_FIELD.test(field) ? [value] : [],
  );
}

/** A field of theirs is not the same, but would be once it is a slug, or cut off. */
export function areAlike(one: SuiteUser, other: SuiteUser): boolean {
  const isLike = ([field, value]: [string, unknown]) => {
    const theirs = other[field];
    if (typeof value !== 'string' || typeof theirs !== 'string' || value === theirs || SECRET_FIELD.test(field))
      return false;
    const [slug, their] = [slugOf(value), slugOf(theirs)];
    return slug === their || (slug.length > LONG && slug.slice(0, LONG) === their.slice(0, LONG));
  };
  return Object.entries(one).some(isLike);
}

function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}
