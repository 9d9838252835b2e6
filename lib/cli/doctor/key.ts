/** Asked once something was found: what else the cache's key holds, and how long it keeps a page. */
import type { HeaderLine } from '../../evidence/exchange.js';
import type { Check } from './checks.js';
import { readingsOf } from './judge.js';
import { askAgain, isShared, type Outcome, runCheck, type World } from './run-check.js';

export interface Kept {
  readonly inKey: readonly string[];
  readonly notInKey: readonly string[];
  /** Seconds after which the page was still there; null if that was not asked. */
  readonly atLeast: number | null;
  /** Seconds after which it was gone; null if it never was. */
  readonly atMost: number | null;
}

const DIFFERENT: readonly { readonly what: string; readonly header: HeaderLine | null }[] = [
  { what: 'the query', header: null },
  { what: 'Accept', header: ['Accept', 'text/html'] },
  { what: 'User-Agent', header: ['User-Agent', 'swapproof-doctor'] },
];
/** Requests that `askKey()` takes at most. */
export const KEY_REQUESTS = DIFFERENT.length * 2 + 2;

/** @param seconds when to look whether the page is still kept, counted from when it was */
export async function askKey(shared: Outcome, world: World, seconds: readonly number[]): Promise<Kept> {
  const lifetime = await lifetimeOf(shared, world, seconds);
  const inKey: string[] = [];
  const notInKey: string[] = [];
  for (const { what, header } of DIFFERENT) {
    if (!world.asking.promise(2)) break;
    const outcome = await runCheck(varied(shared.check, header), world);
    if (outcome.silent === null) (isShared(outcome) ? notInKey : inKey).push(what);
  }
  return { inKey, notInKey, ...lifetime };
}

export function keptText({ inKey, notInKey, atLeast, atMost }: Kept, credential: string): string {
  const not = [credential, ...notInKey];
  const key = `Not in its key: ${not.join(', ')}.${inKey.length > 0 ? ` In its key, or a reason to bypass: ${inKey.join(', ')}.` : ''}`;
  if (atLeast === null) return key;
  return `${key} Kept for ${atMost === null ? `${atLeast} s or longer` : `between ${atLeast} and ${atMost} s`}.`;
}

/** The same two people; the second one asks with something else as well. */
function varied(check: Check, header: HeaderLine | null): Check {
  const [first = { by: 0 }, second = { by: 1 }] = check.asks;
  const other = header === null ? { ...second, query: '?other=1' } : { ...second, headers: [header] };
  return { ...check, group: 'key', asks: [first, other], together: false };
}

async function lifetimeOf({ exchanges, readings, ...outcome }: Outcome, world: World, seconds: readonly number[]) {
  const foreign = readings.find((reading) => reading.kind === 'foreign');
  const owner = exchanges[foreign?.kind === 'foreign' ? (foreign.owner ?? 0) : 0];
  const since = world.asking.seconds;
  let atLeast: number | null = null;
  for (const [index, at] of seconds.entries()) {
    if (owner === undefined || !world.asking.promise(1)) break;
    await world.pause(Math.max(0, (since + at - world.asking.seconds) * 1000));
    const again = await askAgain({ exchanges, readings, ...outcome }, exchanges.length + index, world);
    const [, reading] = readingsOf([owner, again]);
    if (reading?.kind !== 'foreign') return { atLeast: atLeast ?? 0, atMost: at };
    atLeast = at;
  }
  return { atLeast, atMost: null };
}
