/** The report one event a line, in the form of the library's own events: `{ code, severity, at, message, detail }`. */

import type { Severity } from '../../events.js';
import type { Report, Verdict } from '../../evidence/report.js';
import { askedText, notCoveredText } from '../../evidence/text/report-text.js';
import { VERDICTS } from '../../evidence/text/words.js';

interface Line {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly detail: object;
}

const SEVERITIES: Readonly<Record<Verdict, Severity>> = { clean: 'info', 'cannot-tell': 'warn', swapped: 'critical' };

/** The verdict comes first: its line says how to read the others. */
export function reportLines(report: Report): string {
  const { schemaVersion, findings, asked, notCovered, timeline, ...verdict } = report;
  const at = Date.parse(report.startedAt);
  const lines: Line[] = [
    {
      code: 'report.verdict',
      severity: SEVERITIES[report.verdict],
      message: `${VERDICTS[report.verdict]}: ${report.summary}`,
      detail: verdict,
    },
    ...findings.map((finding): Line => {
      const severity = finding.certainty === 'proved' ? 'critical' : 'warn';
      return { code: 'report.finding', severity, message: finding.title, detail: finding };
    }),
    ...asked.map((item) => info('report.asked', askedText(item), item)),
    ...notCovered.map((item) => info('report.not_covered', notCoveredText(item), item)),
    ...timeline.map((item) => info('report.exchange', `${item.method} ${item.url}`, item)),
  ];
  return lines.map((line) => `${JSON.stringify({ schemaVersion, at, ...line })}\n`).join('');
}

function info(code: string, message: string, detail: object): Line {
  return { code, severity: 'info', message, detail };
}
