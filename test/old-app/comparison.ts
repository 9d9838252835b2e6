/** The same journey twice, step by step: with something in front of the app, and without. Pure. */
import type { Visit } from './visit.js';

export interface Step {
  readonly step: string;
  /** What a user, or the app's own scripts, could notice: nothing, wherever the guard keeps its promise. */
  readonly differences: readonly Difference[];
  /** What only caches notice. */
  readonly changes: readonly Difference[];
  /** How many cookies of the app stayed behind by the rules of what is in front. */
  readonly withheld: number;
  /** Whether the answer to somebody who is identified could be kept by a shared cache: without, and with it. */
  readonly shareable: { readonly without: boolean; readonly with: boolean };
}

export interface Difference {
  readonly what: string;
  readonly without: string;
  readonly with: string;
}

/** The headers that tell caches what they may keep. */
const FOR_CACHES = ['cache-control', 'vary', 'expires', 'surrogate-control', 'x-accel-expires'];
/** A 304 confirms by these that a copy is still good. */
const VALIDATORS = ['etag', 'last-modified'];
/** Where one of these differs, other headers only follow it. */
const ANSWER = ['status', 'body', 'cookies', 'kept', 'location'];

/** What is always done to cookies by what is in front: no difference, but a rule. */
export interface CookieRules {
  /** The last step before them; none if they hold from the start. */
  readonly after: string | null;
  /** Of the app's own, these don't leave. */
  readonly isWithheld: (name: string, method: string) => boolean;
  /** These are no cookies of the app. */
  readonly isAdded: (name: string) => boolean;
}

const NO_RULES: CookieRules = { after: null, isWithheld: () => false, isAdded: () => false };

export function compareJourneys(
  without: readonly Visit[],
  behind: readonly Visit[],
  { after, isWithheld, isAdded }: CookieRules = NO_RULES,
): readonly Step[] {
  if (without.length !== behind.length) throw new Error('The two journeys are not the same.');
  const first = without.findIndex(({ step }) => step === after) + 1;
  const ofTheApp = (names: readonly string[]) => names.filter((name) => !isAdded(name));
  return without.map((visit, index) => {
    const other = behind[index] ?? visit;
    const cookies = visit.cookies.filter((name) => index < first || !isWithheld(name, visit.method));
    const step = compareVisits(
      { ...visit, cookies },
      { ...other, cookies: ofTheApp(other.cookies), kept: ofTheApp(other.kept) },
    );
    return { ...step, withheld: visit.cookies.length - cookies.length };
  });
}

function compareVisits(without: Visit, behind: Visit): Omit<Step, 'withheld'> {
  if (without.step !== behind.step) throw new Error(`${without.step} is compared with ${behind.step}.`);
  const [before, after] = [facts(without), facts(behind)];
  const all = [...new Set([...before.keys(), ...after.keys()])]
    .map((what) => ({ what, without: before.get(what) ?? '-', with: after.get(what) ?? '-' }))
    .filter((difference) => difference.without !== difference.with);
  const isForCaches = ({ what }: Difference) =>
    FOR_CACHES.includes(what) || (without.status === 304 && VALIDATORS.includes(what));
  const noticed = all.filter((difference) => !isForCaches(difference));
  const isAnother = noticed.some(({ what }) => what === 'status' || what === 'body');
  return {
    step: without.step,
    differences: isAnother ? noticed.filter(({ what }) => ANSWER.includes(what)) : noticed,
    changes: all.filter(isForCaches),
    shareable: { without: isShareable(without), with: isShareable(behind) },
  };
}

function isShareable({ identified, method, headers }: Visit): boolean {
  return identified && method !== 'OPTIONS' && !/\b(?:private|no-store)\b/.test(headers['cache-control'] ?? '');
}

function facts({ status, cookies, kept, body, headers }: Visit): ReadonlyMap<string, string> {
  const fields = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return new Map([
    ['status', String(status)],
    ['cookies', cookies.join(', ')],
    ['kept', kept.join(', ')],
    ['body', body],
    ...fields,
  ]);
}
