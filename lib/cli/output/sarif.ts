/**
 * SARIF 2.1.0 for code scanning. One result without a file of the repository makes GitHub refuse all of them, so that each
 * has one; and a clean run is written too, since that is what closes the alerts of the run before.
 */
import { createHash } from 'node:crypto';
import type { Invocation, Log, Result } from 'sarif';
import type { Finding } from '../../evidence/finding.js';
import type { Report } from '../../evidence/report.js';
import { notCoveredText } from '../../evidence/text/report-text.js';
import { bounded } from '../../evidence/text/words.js';
import type { Console } from '../console.js';
import { nearestPlace, placeOf, uriOf } from './place.js';
import { ruleIndex, SARIF_RULES } from './sarif-rules.js';

const LONGEST = 1000;
/** As many as GitHub keeps. */
const MOST_RESULTS = 5000;

type Surroundings = Pick<Console, 'version' | 'environment'>;

/** @param location where findings point to that have no line of their own */
export function sarifReport(report: Report, location: string | null, surroundings: Surroundings): string {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'swapproof', semanticVersion: surroundings.version, rules: [...SARIF_RULES] },
        },
        // The slash ends the category: hammer's alerts stay when doctor's are uploaded.
        automationDetails: { id: `swapproof/${report.tool}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [invocationOf(report)],
        results: report.findings
          .slice(0, MOST_RESULTS)
          .map((finding) => resultOf(finding, location, surroundings.environment ?? {})),
        properties: { target: report.target, seed: report.seed, replay: report.replay, verdict: report.verdict },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(finding: Finding, location: string | null, environment: NonNullable<Console['environment']>): Result {
  const { mechanism, certainty, title, detail, prevention, replay } = finding;
  const place = nearestPlace(finding.at, location, environment);
  const region = { startLine: place.line, ...(place.column !== null && { startColumn: place.column }) };
  const fingerprint = fingerprintOf(finding, uriOf(place));
  return {
    ruleId: mechanism,
    ruleIndex: ruleIndex(mechanism),
    level: certainty === 'proved' ? 'error' : 'warning',
    message: {
      text: [`${title}.`, detail, prevention, `Again: ${replay}`].map((part) => bounded(part, LONGEST)).join(' '),
    },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(place), uriBaseId: '%SRCROOT%' }, region } }],
    partialFingerprints: {
      'swapproofFinding/v1': fingerprint,
      // GitHub's upload makes this one of the line's text; a line that stands in for an unknown one says nothing.
      ...(placeOf(finding.at, environment) === null && { primaryLocationLineHash: `${fingerprint}:1` }),
    },
  };
}

/** The same for the same fault in the next run: no labels of people, no line, no time. */
function fingerprintOf({ mechanism, exchanges, leak }: Finding, uri: string): string {
  const route = exchanges.map(({ method, url }) => `${method} ${pathOf(url)}`);
  const parts = [mechanism, uri, ...route, leak?.where ?? '', leak?.name ?? ''];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** Without host, query and what looks like an id or a nonce. */
function pathOf(url: string): string {
  const path = url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/s, '');
  return path.replace(/[^/]*\d[^/]*/g, ':id');
}

function invocationOf(report: Report): Invocation {
  const start = Date.parse(report.startedAt);
  const undecided = report.verdict === 'cannot-tell' ? [{ level: 'error' as const, text: report.summary }] : [];
  const missing = report.notCovered.map((item) => ({ level: 'note' as const, text: notCoveredText(item) }));
  return {
    executionSuccessful: report.verdict !== 'cannot-tell',
    startTimeUtc: new Date(start).toISOString(),
    endTimeUtc: new Date(start + report.seconds * 1000).toISOString(),
    toolExecutionNotifications: [...undecided, ...missing].map(({ level, text }) => ({
      level,
      message: { text: bounded(text, LONGEST) },
    })),
  };
}
