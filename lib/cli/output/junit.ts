/** JUnit XML, as Jenkins, GitLab and Azure read it: a test case for each thing that was asked. */
import xmlbuilder from 'xmlbuilder';
import type { Finding } from '../../evidence/finding.js';
import type { Asked, NotCovered, Report } from '../../evidence/report.js';
import { findingText } from '../../evidence/text/finding-text.js';
import { printable } from '../../evidence/text/printable.js';
import { bounded, counted } from '../../evidence/text/words.js';

interface TestCase {
  readonly name: string;
  /** `failure` is a swap, `error` is that nobody can tell, `skipped` is what was not asked. */
  readonly outcome: { readonly element: 'failure' | 'error' | 'skipped'; readonly message: string } | null;
  readonly type?: string;
  readonly text?: string;
}

const LONGEST = 1000;
const MOST_FINDINGS = 20;

export function junitReport(report: Report): string {
  const cases = casesOf(report);
  const count = (element: string) => cases.filter(({ outcome }) => outcome?.element === element).length;
  const counts = {
    name: `swapproof ${report.tool}`,
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: report.seconds.toFixed(3),
  };
  const root = xmlbuilder.create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '?' }).att(counts);
  const suite = root.ele('testsuite', { ...counts, timestamp: report.startedAt.replace(/\.\d+Z$/, '') });
  const properties = suite.ele('properties');
  for (const name of ['target', 'seed', 'replay', 'verdict', 'summary'] as const) {
    properties.ele('property', { name, value: safe(report[name]) });
  }
  for (const testCase of cases) addCase(suite, testCase, report);
  return `${root.end({ pretty: true })}\n`;
}

function addCase(suite: xmlbuilder.XMLElement, { name, outcome, type, text }: TestCase, { tool }: Report): void {
  const element = suite.ele('testcase', { classname: `swapproof.${tool}`, name: safe(name), time: '0' });
  if (outcome !== null) {
    const attributes = { message: safe(outcome.message), ...(type !== undefined && { type }) };
    element.ele(outcome.element, attributes, text ?? '');
  } else if (text !== undefined) element.ele('system-out', text);
}

function casesOf({ asked, findings, notCovered, verdict, summary }: Report): TestCase[] {
  const owners = new Map(
    findings.map((finding) => [finding, asked.find(({ mechanisms }) => mechanisms.includes(finding.mechanism))]),
  );
  const findingsOf = (item: Asked) => findings.filter((finding) => owners.get(finding) === item);
  const homeless = findings.filter((finding) => owners.get(finding) === undefined);
  return [
    ...(verdict === 'cannot-tell' ? [undecided(summary)] : []),
    ...asked.map((item) => askedCase(item.what, findingsOf(item))),
    ...homeless.map((finding) => askedCase(finding.title, [finding])),
    ...notCovered.map(skippedCase),
  ];
}

/** One failure however many findings there are: readers take the first of several. */
function askedCase(name: string, findings: readonly Finding[]): TestCase {
  const proved = findings.filter(({ certainty }) => certainty === 'proved');
  const text = textOf(findings);
  const [first] = proved;
  if (first === undefined) return { name, outcome: null, ...(findings.length > 0 && { text }) };
  const more = proved.length > 1 ? ` (and ${counted(proved.length - 1, 'more finding')})` : '';
  return { name, outcome: { element: 'failure', message: `${first.title}${more}` }, type: first.mechanism, text };
}

function textOf(findings: readonly Finding[]): string {
  const texts = findings.slice(0, MOST_FINDINGS).map((finding, index) => findingText(finding, index + 1).join('\n'));
  const rest = findings.length - texts.length;
  return [...texts, ...(rest > 0 ? [`And ${counted(rest, 'further finding')}.`] : [])].join('\n\n');
}

function undecided(summary: string): TestCase {
  return { name: 'can tell', outcome: { element: 'error', message: summary }, type: 'cannot-tell' };
}

function skippedCase({ what, mechanisms, why }: NotCovered): TestCase {
  const name = mechanisms.length > 0 ? `${what} (${mechanisms.join(', ')})` : what;
  return { name, outcome: { element: 'skipped', message: why } };
}

function safe(text: string): string {
  return printable(bounded(text, LONGEST));
}
