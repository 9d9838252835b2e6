/** The same journey twice, step by step: with something in front of the app, and without. Pure. */
import type { Visit } from './visit.js';

export interface Step {
  readonly step: string;
  /** What a user, or the app's own scripts, could notice: nothing, wherever the guard keeps its promise. */
  readonly differences: readonly Difference[];
  /** What only caches notice. */
  readonly changes: readonly Difference[];
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
const ANSWER = ['status', 'body', 'cookies', 'location'];

export function compareJourneys(without: readonly Visit[], behind: readonly Visit[]): readonly Step[] {
  if (without.length !== behind.length) throw new Error('The two journeys are not the same.');
  return without.map((visit, index) => compareVisits(visit, behind[index] ?? visit));
}

function compareVisits(without: Visit, behind: Visit): Step {
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

function facts({ status, cookies, body, headers }: Visit): ReadonlyMap<string, string> {
  const fields = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return new Map([['status', String(status)], ['cookies', cookies.join(', ')], ['body', body], ...fields]);
}
