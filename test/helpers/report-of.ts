import { type RehearsalReport, RehearsalTally, type ReportedEvent } from '../../lib/rehearsal/report.js';

/** The report of all these events. */
export function reportOf(events: Iterable<ReportedEvent>): RehearsalReport {
  const tally = new RehearsalTally();
  for (const event of events) tally.add(event);
  return tally.report();
}
