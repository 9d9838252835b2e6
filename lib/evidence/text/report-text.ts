/** The report for people: the verdict in the first line, what was asked and what not in the second, then the findings. */
import type { Finding } from '../finding.js';
import type { Asked, NotCovered, Report } from '../report.js';
import { findingText } from './finding-text.js';
import { wrapped } from './layout.js';
import { printable } from './printable.js';
import { shellLines } from './shell-line.js';
import { askedSentence, bounded, counted, mechanismList, notAskedSentence, VERDICTS } from './words.js';

const WIDTH = 80;
/** A run that finds hundreds found a few things, hundreds of times. */
const MOST_FINDINGS = 20;
const MOST_ITEMS = 40;
const LONGEST_TEXT = 300;

export function reportText(report: Report): string {
  const { findings, asked, notCovered } = report;
  const lines = [
    ...paragraph(`${VERDICTS[report.verdict]}: ${report.summary}`),
    ...paragraph(`${askedSentence(report)} ${notAskedSentence(report)}`),
    ...findings.slice(0, MOST_FINDINGS).flatMap((finding, index) => ['', ...findingText(finding, index + 1)]),
    ...furtherFindings(findings.slice(MOST_FINDINGS)),
    ...list('Asked', asked, askedText),
    ...list('Not asked', notCovered, notCoveredText),
    '',
    ...paragraph(`Seed ${report.seed}, ${report.target}, from ${report.startedAt}. To run it again:`),
    ...shellLines(printable(report.replay), WIDTH - 2).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function furtherFindings(rest: readonly Finding[]): string[] {
  if (rest.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { mechanism } of rest) counts.set(mechanism, (counts.get(mechanism) ?? 0) + 1);
  const each = [...counts].map(([mechanism, count]) => `${mechanism} ${counted(count, 'time')}`).join(', ');
  return ['', ...paragraph(`And ${counted(rest.length, 'further finding')}: ${each}. --json has all of them.`)];
}

/** A title, and each item under it, indented. */
function list<Item>(title: string, items: readonly Item[], textOf: (item: Item) => string): string[] {
  if (items.length === 0) return [];
  const more = items.length - MOST_ITEMS;
  const lines = items.slice(0, MOST_ITEMS).flatMap((item) => {
    const [first = '', ...rest] = paragraph(textOf(item), WIDTH - 4);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return ['', title, ...lines, ...(more > 0 ? [`  and ${counted(more, 'more', 'more')}`] : [])];
}

export function askedText({ what, mechanisms, requests }: Asked): string {
  const about = [mechanismList(mechanisms), counted(requests, 'request')].filter((part) => part !== '');
  return `${what} (${about.join('; ')})`;
}

export function notCoveredText({ what, mechanisms, why }: NotCovered): string {
  const about = mechanisms.length > 0 ? ` (${mechanismList(mechanisms)})` : '';
  return `${what}${about}: ${why}`;
}

function paragraph(text: string, width = WIDTH): string[] {
  return wrapped(printable(bounded(text, LONGEST_TEXT)), width);
}
