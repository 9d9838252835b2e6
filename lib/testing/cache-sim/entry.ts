/** One kept response: whom it fits, how old it is, what a validation changes in it. */
import { type Answer, type HeaderLine, valuesOf } from '../../evidence/exchange.js';
import { directivesOf } from './judgement.js';
import type { CacheRules } from './rules.js';

export interface Entry {
  readonly answer: Answer;
  /** What the request had in the headers that `Vary` names. */
  readonly selected: readonly HeaderLine[];
  /** Milliseconds of the cache's clock. */
  readonly storedAt: number;
  /** Seconds. */
  readonly lifetime: number;
  /** Seconds that it was old when it came. */
  readonly ageBefore: number;
  /** May be given where the origin fails. */
  readonly mayBeStale: boolean;
}

/** They frame the message on its connection, or describe the body that stays. */
const NOT_UPDATED = new Set(['content-length', 'content-encoding', 'content-type', 'content-range']);
const FORBID_STALE = ['no-cache', 'must-revalidate', 'proxy-revalidate', 's-maxage'];

export function entryOf(
  requestHeaders: readonly HeaderLine[],
  answer: Answer,
  rules: CacheRules,
  [lifetime, storedAt]: readonly [lifetime: number, storedAt: number],
): Entry {
  const directives = directivesOf(answer.headers, rules);
  const held = new Set(['private', 'no-cache'].flatMap((name) => directives.fields(name)));
  if (rules.setCookie === 'strip') held.add('set-cookie');
  return {
    answer: { ...answer, headers: answer.headers.filter(([name]) => !held.has(name.toLowerCase())) },
    selected: rules.vary ? varying(requestHeaders, answer) : [],
    storedAt,
    lifetime,
    ageBefore: rules.directives === 'ignored' ? 0 : Number(valuesOf(answer.headers, 'age')[0]) || 0,
    mayBeStale: rules.staleOnError && !FORBID_STALE.some((name) => directives.has(name)),
  };
}

/** Whether the response was chosen for such a request (RFC 9111 section 4.1). */
export function fits({ selected }: Pick<Entry, 'selected'>, requestHeaders: readonly HeaderLine[]): boolean {
  return selected.every(([name, value]) => value === joined(requestHeaders, name));
}

export function varying(requestHeaders: readonly HeaderLine[], answer: Answer): HeaderLine[] {
  const names = valuesOf(answer.headers, 'vary').flatMap((value) => value.toLowerCase().match(/[^\s,]+/g) ?? []);
  return names.map((name) => [name, joined(requestHeaders, name)]);
}

/** Seconds. */
export function ageOf({ ageBefore, storedAt }: Entry, now: number): number {
  return ageBefore + Math.max(0, now - storedAt) / 1000;
}

/** The headers of a 304 take the place of the kept ones (RFC 9111 section 3.2). */
export function updated(answer: Answer, headers: readonly HeaderLine[]): Answer {
  const fresh = headers.filter(([name]) => !NOT_UPDATED.has(name.toLowerCase()));
  const replaced = new Set(fresh.map(([name]) => name.toLowerCase()));
  return { ...answer, headers: [...answer.headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...fresh] };
}

function joined(headers: readonly HeaderLine[], name: string): string {
  return valuesOf(headers, name)
    .map((value) => value.replace(/\s*,\s*/g, ', ').trim())
    .join(', ');
}
