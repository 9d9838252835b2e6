/** The seam between the tools and their reports: stdout carries one report, files take the others. */
import type { Report, Verdict } from '../../evidence/report.js';
import type { Console } from '../console.js';
import type { OutputOptions } from './options.js';
import { reportText } from './text.js';

/** 2 is taken: the run could not be made. A script that treats every other code as a failure is right. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = { clean: 0, swapped: 1, 'cannot-tell': 3 };

/** @returns the exit code: 0 clean, 1 swapped, 3 nobody can tell; 2 if a report could not be written */
export async function writeReport(report: Report, options: OutputOptions, console: Console): Promise<number> {
  console.out(printed(report, options));
  return EXIT_CODES[report.verdict];
}

function printed(report: Report, { format }: OutputOptions): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  return reportText(report);
}
