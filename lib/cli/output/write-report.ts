/** The seam between the tools and their reports: stdout carries one report, files take the others. */
import type { Report, Verdict } from '../../evidence/report.js';
import { reportText } from '../../evidence/text/report-text.js';
import { COULD_NOT_TELL, type Console } from '../console.js';
import { append, writeWhole } from './files.js';
import { annotations } from './github.js';
import { htmlReport } from './html.js';
import { inertJson, inertText } from './inert.js';
import { junitReport } from './junit.js';
import { reportLines } from './ndjson.js';
import type { OutputOptions } from './options.js';
import { sarifReport } from './sarif.js';
import { stepSummary } from './step-summary.js';

/** 2 is taken: the run could not be made. A script that treats every other code as a failure is right. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = { clean: 0, swapped: 1, 'cannot-tell': 3 };

/**
 * Prints the report to stdout, and writes the files that were asked for. A file that can't be written keeps no other from
 * being written.
 * @returns the exit code: 0 clean, 1 swapped, 3 nobody can tell; 2 if a file could not be written
 */
export async function writeReport(report: Report, options: OutputOptions, console: Console): Promise<number> {
  console.out(printed(report, options));
  const failures = (await writeFiles(report, options, console)).filter((failure) => failure !== null);
  for (const failure of failures) console.err(`swapproof: ${failure}\n`);
  const lines = annotations(report, options.sarifLocation, console);
  if (lines !== '') console.err(lines);
  return failures.length > 0 ? COULD_NOT_TELL : EXIT_CODES[report.verdict];
}

function printed(report: Report, { format }: OutputOptions): string {
  if (format === 'json') return inertJson(`${JSON.stringify(report, null, 2)}\n`);
  return format === 'ndjson' ? inertJson(reportLines(report)) : inertText(reportText(report));
}

async function writeFiles(report: Report, options: OutputOptions, console: Console): Promise<(string | null)[]> {
  const { junit, sarif, html, sarifLocation } = options;
  const { GITHUB_ACTIONS: inActions, GITHUB_STEP_SUMMARY: summary } = console.environment ?? {};
  return [
    junit === null ? null : await writeWhole(junit, junitReport(report)),
    sarif === null ? null : await writeWhole(sarif, sarifReport(report, sarifLocation, console)),
    html === null ? null : await writeWhole(html, htmlReport(report)),
    inActions === 'true' && summary ? await append(summary, stepSummary(report)) : null,
  ];
}
