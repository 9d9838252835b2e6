/** How long a response is fresh: RFC 9111 section 4.2.1 and 4.2.2, and what a profile puts over it. */
import { type Answer, valuesOf } from '../../evidence/exchange.js';
import type { Directives } from './cache-control.js';
import type { CacheRules } from './rules.js';

interface Lifetime {
  readonly seconds: number;
  readonly why: string;
  /** The response itself says so. */
  readonly explicit: boolean;
}

const A_TENTH = 0.1;
/** RFC 9111 section 4.2.2 has a warning for more; caches stop there. */
const LONGEST_GUESS = 24 * 3600;

export function lifetimeOf(answer: Answer, rules: CacheRules, directives: Directives): Lifetime {
  if (rules.fixedLifetime !== null) return fixed(rules.fixedLifetime, 'everything is kept');
  if (rules.directives === 'ignored') return fixed(rules.minimumLifetime, 'everything is kept');
  const own = said(answer, directives) ?? guessed(answer, rules);
  return own.seconds < rules.minimumLifetime ? { ...own, seconds: rules.minimumLifetime } : own;
}

function fixed(seconds: number, why: string): Lifetime {
  return { seconds, why: `${why} for ${seconds} s`, explicit: false };
}

function said({ headers }: Answer, directives: Directives): Lifetime | null {
  if (directives.has('no-cache')) return { seconds: 0, why: 'it says no-cache', explicit: true };
  for (const name of ['s-maxage', 'max-age']) {
    const seconds = directives.seconds(name);
    if (seconds !== undefined) return { seconds, why: `it says ${name}=${seconds}`, explicit: true };
  }
  const [expires, ...more] = valuesOf(headers, 'expires');
  if (expires === undefined) return null;
  const seconds = more.length > 0 ? 0 : secondsBetween(valuesOf(headers, 'date')[0], expires);
  return { seconds, why: `its Expires is ${seconds} s ahead`, explicit: true };
}

/** Said nothing: a default, or a guess by how long it has not changed. */
function guessed({ headers }: Answer, { defaultLifetime }: CacheRules): Lifetime {
  if (defaultLifetime !== null) {
    return { seconds: defaultLifetime, why: 'it says nothing about caching', explicit: false };
  }
  const unchanged = secondsBetween(valuesOf(headers, 'last-modified')[0], valuesOf(headers, 'date')[0]);
  const seconds = Math.min(Math.floor(unchanged * A_TENTH), LONGEST_GUESS);
  return { seconds, why: 'it says nothing about caching, and has not changed for long', explicit: false };
}

/** 0 where one of them is no date, or they stand the other way round: expired is what a broken date means. */
function secondsBetween(from: string | undefined, to: string | undefined): number {
  const difference = Math.floor((Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000);
  return difference > 0 ? difference : 0;
}
