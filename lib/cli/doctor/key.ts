/** Asked once something was found: what else the cache's key holds, and how long it keeps a page. */
import type { Ask, Check, Group } from './checks.js';
import { readingsOf } from './judge.js';
import { askAgain, isShared, type Outcome, runCheck, type World } from './run-check.js';

export interface Kept {
  /** Of which check's page. */
  readonly of: Group;
  readonly inKey: readonly string[];
  readonly notInKey: readonly string[];
  /** Seconds after which the page was still there; null if that was not asked. */
  readonly atLeast: number | null;
  /** Seconds after which it was gone; null if it never was. */
  readonly atMost: number | null;
}

/** How the second one asks differently. */
interface Difference {
  readonly what: string;
  readonly ask: Partial<Ask>;
}

const DIFFERENCES: readonly Difference[] = [
  { what: 'the query', ask: { query: '?other=1' } },
  { what: 'Accept', ask: { headers: [['Accept', 'text/html']] } },
];
/** Requests that `askKey()` takes at most. */
export const KEY_REQUESTS = (DIFFERENCES.length + 1) * 2 + 3;

/** What is kept by itself: of two who ask one after the other. */
const ASKABLE: readonly Group[] = [
  ...(['plain', 'first visit', 'POST', 'HTML', 'constant query', 'credential', 'doubled cookie'] as const),
  ...(['extension', 'file name', 'static folder'] as const),
];

/** The outcome of whose page more can be asked. */
export function askable(shared: readonly Outcome[]): Outcome | null {
  return shared.find(({ check }) => ASKABLE.includes(check.group)) ?? null;
}

/** @param seconds when to look whether the page is still kept, counted from when it was */
export async function askKey(shared: Outcome, world: World, seconds: readonly number[]): Promise<Kept> {
  const lifetime = await lifetimeOf(shared, world, seconds);
  const inKey: string[] = [];
  const notInKey = shared.check.asks[0]?.by === null ? [] : [credentialOf(shared.check)];
  for (const { what, ask } of differencesFor(shared)) {
    if (!world.asking.promise(2)) break;
    const outcome = await runCheck(varied(shared.check, ask), world);
    if (outcome.silent === null) (isShared(outcome) ? notInKey : inKey).push(what);
  }
  return { of: shared.check.group, inKey, notInKey, ...lifetime };
}

export function keptText({ inKey, notInKey, atLeast, atMost }: Kept): string {
  const key = `Not in its key: ${notInKey.join(', ') || 'nothing else that was asked'}.${inKey.length > 0 ? ` In its key, or a reason to bypass: ${inKey.join(', ')}.` : ''}`;
  return `${key}${lifetimeText(atLeast, atMost)}`;
}

function lifetimeText(atLeast: number | null, atMost: number | null): string {
  if (atLeast !== null) return ` Kept for ${atMost === null ? `${atLeast} s or longer` : `${atLeast} to ${atMost} s`}.`;
  return atMost === null ? '' : ` Kept for less than ${atMost} s.`;
}

/** Where users share, their credential is not in the key; where visitors do, it may be. */
function differencesFor({ check }: Outcome): Difference[] {
  const [first] = check.asks;
  return first?.by === null ? [{ what: credentialOf(check), ask: { by: 0 } }, ...DIFFERENCES] : [...DIFFERENCES];
}

export function credentialOf({ way }: Check): string {
  return way.in === 'header' ? way.name : `the cookie ${way.name}`;
}

/** The same two people; the second one asks differently. */
function varied(check: Check, different: Partial<Ask>): Check {
  const [first = { by: 0 }, second = { by: 1 }] = check.asks;
  return { ...check, group: 'key', asks: [first, { ...second, ...different }], together: false };
}

/** A page of its own, looked for again after so many seconds. */
async function lifetimeOf({ check }: Outcome, world: World, seconds: readonly number[]) {
  const none = { atLeast: null, atMost: null };
  if (!world.asking.promise(1)) return none;
  const first = await runCheck({ ...check, group: 'key', asks: check.asks.slice(0, 1), together: false }, world);
  const [owner] = first.exchanges;
  const since = world.asking.seconds;
  let atLeast: number | null = null;
  for (const [index, at] of seconds.entries()) {
    if (owner === undefined || !world.asking.promise(1)) break;
    await world.pause(Math.max(0, (since + at - world.asking.seconds) * 1000));
    const again = await askAgain(first, check.asks[0]?.by === null ? null : index + 1, world);
    const [, reading] = readingsOf([owner, again]);
    if (reading?.kind !== 'foreign') return { atLeast, atMost: at };
    atLeast = at;
  }
  return { ...none, atLeast };
}
