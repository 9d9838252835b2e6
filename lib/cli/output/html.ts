/** The report as one page that opens from a file, without a network and without a script. */
import { Eta } from 'eta';
import type { Finding } from '../../evidence/finding.js';
import type { Report } from '../../evidence/report.js';
import { exchangeTitle, findingFields } from '../../evidence/text/finding-text.js';
import { printable } from '../../evidence/text/printable.js';
import { askedText, notCoveredText } from '../../evidence/text/report-text.js';
import { shellLines } from '../../evidence/text/shell-line.js';
import { askedSentence, bounded, counted, notAskedSentence, person, VERDICTS } from '../../evidence/text/words.js';
import { STYLE } from './html-style.js';
import { TEMPLATE } from './html-template.js';
import { lanesOf } from './lanes.js';
import { drawingOf } from './lanes-svg.js';

const MOST_FINDINGS = 50;
const MOST_ITEMS = 200;
const LONGEST = 1000;
const LONGEST_COMMAND = 4000;
const COLUMNS = 110;

const eta = new Eta({ autoEscape: true, cache: false });

export function htmlReport(report: Report): string {
  const shown = report.findings.slice(0, MOST_FINDINGS);
  const rest = report.findings.length - shown.length;
  const lanes = lanesOf({ ...report, findings: shown });
  const drawing = drawingOf(lanes);
  return eta.renderString(TEMPLATE, {
    style: STYLE,
    verdict: VERDICTS[report.verdict],
    verdictClass: report.verdict,
    tool: report.tool,
    summary: safe(report.summary),
    askedSentence: askedSentence(report),
    notAskedSentence: notAskedSentence(report),
    target: safe(report.target),
    startedAt: safe(report.startedAt),
    seed: safe(report.seed),
    replay: command(report.replay),
    findings: shown.map(findingView),
    more: rest > 0 ? `And ${counted(rest, 'further finding')}: --json has all of them.` : '',
    drawing,
    drawingLabel: safe(`${counted(lanes.bars.length, 'request')} of ${lanes.people.map(nameOf).join(', ')}`),
    table: lanes.bars.map(({ exchange: { startedAt, endedAt, asker, method, url, status, failure } }) => [
      `${startedAt} ms`,
      `${endedAt} ms`,
      safe(nameOf(asker)),
      safe(`${method} ${url}`),
      safe(String(status ?? failure ?? 'none')),
    ]),
    asked: listed(report.asked.map(askedText), 'nothing'),
    notCovered: listed(report.notCovered.map(notCoveredText), 'nothing that is known'),
  });
}

function findingView(finding: Finding, index: number) {
  return {
    number: index + 1,
    certainty: finding.certainty,
    warning: finding.certainty === 'warning' ? 'warning: ' : '',
    title: safe(finding.title),
    mechanism: finding.mechanism,
    rows: findingFields(finding).map(([label, text]) => [label, safe(text)]),
    exchanges: finding.exchanges.map((exchange) => ({
      title: safe(exchangeTitle(exchange)),
      curl: command(exchange.curl),
    })),
    replay: command(finding.replay),
  };
}

function listed(items: readonly string[], nothing: string): string[] {
  const more = items.length - MOST_ITEMS;
  const shown = (items.length > 0 ? items : [nothing]).slice(0, MOST_ITEMS).map(safe);
  return more > 0 ? [...shown, `and ${counted(more, 'more', 'more')}`] : shown;
}

function nameOf(label: string | null): string {
  return person(label, 'nobody');
}

function command(text: string): string {
  return shellLines(printable(bounded(text, LONGEST_COMMAND)), COLUMNS).join('\n');
}

function safe(text: string): string {
  return printable(bounded(text, LONGEST));
}
