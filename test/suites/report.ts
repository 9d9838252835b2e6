/** What the runs of a suite say: a table, and everything that must not be. Pure. */
import { markdownTable } from '../helpers/markdown-table.js';
import type { Case, Comparison } from './comparison.js';
import type { Met } from './preload.js';
import type { World } from './worlds.js';

export interface Ran {
  readonly cases: readonly Case[];
  readonly met: Met;
}

export interface Outcome {
  readonly world: World;
  readonly before: Ran;
  readonly after: Ran;
  readonly comparison: Comparison;
}

const COLUMNS = [
  ['in front', ({ world }: Outcome) => world.name],
  ['cases', ({ after }: Outcome) => after.cases.length],
  ['pass without', ({ before }: Outcome) => passes(before)],
  ['pass with', ({ after }: Outcome) => passes(after)],
  ['differ as listed', ({ comparison }: Outcome) => comparison.accepted.length],
  ['differ otherwise', ({ comparison }: Outcome) => comparison.unexpected.length],
  ['requests guarded', ({ after }: Outcome) => after.met.requests],
  ['events', ({ after }: Outcome) => eventsOf(after.met)],
] as const;

export function outcomeTable(outcomes: readonly Outcome[]): string {
  return markdownTable(
    COLUMNS.map(([title]) => title),
    outcomes.map((outcome) => COLUMNS.map(([, cell]) => cell(outcome))),
  );
}

/** Empty if all is as it should be. */
export function findingsOf({ world, after, comparison }: Outcome): readonly string[] {
  const findings = [
    ...comparison.unexpected.map(
      ({ title, failure }) => `${title}: ${failure ?? 'passes, and fails without the guard'}`,
    ),
    ...comparison.stale.map((title) => `${title}: differs no more; take it off test/suites/accepted.ts`),
    ...after.met.critical,
    ...(after.met.requests === 0 ? ['no request met the guard'] : []),
  ];
  return findings.map((finding) => `${world.name}: ${finding}`);
}

function passes({ cases }: Ran): number {
  return cases.filter(({ failure }) => failure === null).length;
}

function eventsOf({ events }: Met): string {
  const counts = Object.entries(events).map(([code, count]) => `${code} ${count}`);
  return counts.length > 0 ? counts.join(', ') : '-';
}
