/** The report in Markdown, for the page of a GitHub Actions step. What came from outside is text there, never markup. */
import type { Finding } from '../../evidence/finding.js';
import type { Report } from '../../evidence/report.js';
import { findingFields } from '../../evidence/text/finding-text.js';
import { printable } from '../../evidence/text/printable.js';
import { askedText, notCoveredText } from '../../evidence/text/report-text.js';
import { askedSentence, bounded, counted, notAskedSentence, VERDICTS } from '../../evidence/text/words.js';

const MOST_FINDINGS = 20;
const MOST_ITEMS = 40;
const LONGEST = 1000;

export function stepSummary(report: Report): string {
  const { findings, asked, notCovered } = report;
  const rest = findings.length - MOST_FINDINGS;
  const blocks = [
    `## swapproof ${report.tool}: ${plain(`${VERDICTS[report.verdict]}: ${report.summary}`)}`,
    plain(`${askedSentence(report)} ${notAskedSentence(report)}`),
    ...findings.slice(0, MOST_FINDINGS).flatMap(findingBlocks),
    ...(rest > 0 ? [`And ${counted(rest, 'further finding')}.`] : []),
    ...folded('Asked', asked.map(askedText)),
    ...folded('Not asked', notCovered.map(notCoveredText)),
    plain(`Seed ${report.seed}, ${report.target}. To run it again:`),
    code(report.replay),
  ];
  return `${blocks.join('\n\n')}\n\n`;
}

function findingBlocks(finding: Finding, index: number): string[] {
  const { mechanism, certainty, title, exchanges, replay } = finding;
  const rows = findingFields(finding).map(([label, text]) => `| ${label} | ${plain(text)} |`);
  return [
    `### ${index + 1}. ${certainty === 'warning' ? 'Warning: ' : ''}${plain(title)} (${mechanism})`,
    ['| | |', '|---|---|', ...rows].join('\n'),
    code([...exchanges.map(({ curl }) => curl), replay].join('\n')),
  ];
}

function folded(title: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const more = items.length - MOST_ITEMS;
  const lines = items.slice(0, MOST_ITEMS).map((item) => `- ${plain(item)}`);
  if (more > 0) lines.push(`- and ${counted(more, 'more', 'more')}`);
  return [`<details><summary>${title}</summary>`, lines.join('\n'), '</details>'];
}

/** Every sign that Markdown or HTML gives a meaning to, as a number. */
function plain(text: string): string {
  return printable(bounded(text, LONGEST)).replace(/[^\w ,./'-]|_/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** Between fences that are longer than any in it. */
function code(text: string): string {
  const lines = text.split('\n').map((line) => printable(bounded(line, LONGEST)));
  const longest = Math.max(2, ...(lines.join('\n').match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...lines, fence].join('\n');
}
