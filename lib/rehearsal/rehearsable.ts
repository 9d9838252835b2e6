/** What a kit or guard is wired with, enforcing or not: its events, and the report of what it only rehearsed. */
import type { EventListener } from '../events.js';
import { Events } from '../events.js';
import { RehearsedEvents } from './rehearsed-events.js';
import { type RehearsalReport, RehearsalTally } from './report.js';

export interface Rehearsable {
  readonly events: Events;
  report(): RehearsalReport;
}

export function rehearsable(
  { insecureReportOnly }: { readonly insecureReportOnly: boolean },
  now: () => number = Date.now,
): Rehearsable {
  const tally = new RehearsalTally();
  const events = insecureReportOnly ? new RehearsedEvents(now) : new Events(now);
  if (insecureReportOnly) events.on('*', (event) => tally.add(event));
  return { events, report: () => tally.report() };
}

const NOTHING_ENFORCED =
  'insecureReportOnly is on: nothing is enforced and nobody is protected. Read report(), or give the log to ' +
  'npx swapproof report.';

/** Once, at the start, and on stderr whatever becomes of the log: a rehearsal that is forgotten protects nobody. */
export function sayIfRehearsing(
  events: Events,
  log: undefined | false | EventListener,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): void {
  if (!events.rehearsing) return;
  events.emit('rehearsal.started', NOTHING_ENFORCED);
  if (log !== undefined) write(`swapproof WARN rehearsal.started ${NOTHING_ENFORCED}\n`);
}
