/** Two runs of one suite, case by case. Pure. */
import type { Accepted } from './accepted.js';

export interface Case {
  readonly title: string;
  /** Null for a case that passes. */
  readonly failure: string | null;
}

export interface Comparison {
  /** Cases that fail behind the guard only, as the list says. */
  readonly accepted: readonly Case[];
  /** Cases that differ otherwise: one that passes behind the guard only, or ran in one of the runs only, is one too. */
  readonly unexpected: readonly Case[];
  /** Listed titles that differ no more. */
  readonly stale: readonly string[];
}

export function compare(before: readonly Case[], after: readonly Case[], list: readonly Accepted[]): Comparison {
  const [outcomes, others] = [numbered(before), numbered(after)];
  const differs = (name: string) => isFailure(outcomes.get(name)) !== isFailure(others.get(name));
  const names = [...new Set([...outcomes.keys(), ...others.keys()])];
  const different = names.filter(differs).map((name) => others.get(name) ?? missing(outcomes.get(name)));
  const isListed = ({ title, failure }: Case) =>
    list.some((group) => failure !== null && group.titles.includes(title) && group.failure.test(failure));
  const accepted = different.filter(isListed);
  return {
    accepted,
    unexpected: different.filter((it) => !isListed(it)),
    stale: list.flatMap(({ titles }) => titles.filter((title) => !accepted.some((it) => it.title === title))),
  };
}

/** Undefined for a case that did not run. */
function isFailure(it: Case | undefined): boolean | undefined {
  return it && it.failure !== null;
}

function missing(it: Case | undefined): Case {
  return { title: it?.title ?? '', failure: 'It did not run behind the guard.' };
}

/** Titles are not unique: of several with one title the first is compared with the first. */
function numbered(cases: readonly Case[]): ReadonlyMap<string, Case> {
  const seen = new Map<string, number>();
  return new Map(
    cases.map((it) => {
      const number = (seen.get(it.title) ?? 0) + 1;
      seen.set(it.title, number);
      return [`${it.title} #${number}`, it];
    }),
  );
}
