/** Runs checks within what was allowed, some at a time, in their order. */
import type { Check } from './checks.js';
import { type Outcome, runCheck, type World } from './run-check.js';

export interface Ran {
  readonly outcomes: readonly Outcome[];
  /** There was no request or second left for these. */
  readonly skipped: readonly Check[];
}

/** So that a slow line costs less time; few enough for a server of one process. */
const AT_A_TIME = 4;

/** @param reserve requests to leave for what is asked after a finding */
export async function runChecks(
  checks: readonly Check[],
  world: World,
  reserve: number,
  onCheck: (check: Check) => void = () => {},
): Promise<Ran> {
  const outcomes = new Map<Check, Outcome>();
  const skipped: Check[] = [];
  const waiting = [...checks];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const needed = check.asks.length;
      if (world.asking.left < needed + reserve || !world.asking.promise(needed)) {
        skipped.push(check);
        continue;
      }
      onCheck(check);
      outcomes.set(check, await runCheck(check, world));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return { outcomes: checks.flatMap((check) => outcomes.get(check) ?? []), skipped };
}
