/**
 * What GitHub Actions shows of a run without any set-up: annotations at the lines, and a summary of the step. Annotations
 * are printed to stderr, which GitHub reads as it reads stdout: so that stdout carries the report and nothing else.
 */
import type { Finding } from '../../evidence/finding.js';
import type { Report } from '../../evidence/report.js';
import { bounded, counted, VERDICTS } from '../../evidence/text/words.js';
import type { Console } from '../console.js';
import { placeOf } from './place.js';

/** GitHub shows ten of a step. */
const MOST_ANNOTATIONS = 10;
const LONGEST = 1000;

/** Lines for stderr; none outside of GitHub Actions. */
export function annotations(report: Report, location: string | null, { environment = {} }: Console): string {
  if (environment.GITHUB_ACTIONS !== 'true') return '';
  const shown = report.findings.slice(0, MOST_ANNOTATIONS);
  const rest = report.findings.length - shown.length;
  const lines = [
    ...shown.map((finding) => annotation(finding, location, environment)),
    ...(rest > 0 ? [command('warning', {}, `And ${counted(rest, 'further finding')}: the report has them.`)] : []),
    ...(report.verdict === 'cannot-tell'
      ? [command('warning', { title: 'swapproof' }, `${VERDICTS[report.verdict]}: ${report.summary}`)]
      : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function annotation(
  finding: Finding,
  location: string | null,
  environment: NonNullable<Console['environment']>,
): string {
  const { mechanism, certainty, title, detail, prevention, at } = finding;
  const place = placeOf(at, environment) ?? placeOf(location, environment);
  const properties = {
    ...(place && { file: place.file, line: place.line, ...(place.column !== null && { col: place.column }) }),
    title: bounded(`${mechanism}: ${title}`, LONGEST),
  };
  return command(certainty === 'proved' ? 'error' : 'warning', properties, `${detail}\n${prevention}`);
}

function command(
  name: 'error' | 'warning',
  properties: Readonly<Record<string, string | number>>,
  text: string,
): string {
  const pairs = Object.entries(properties).map(([key, value]) => `${key}=${escapedProperty(String(value))}`);
  return `::${[name, pairs.join(',')].filter((part) => part !== '').join(' ')}::${escaped(bounded(text, LONGEST))}`;
}

/** As `@actions/core` does it. */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
