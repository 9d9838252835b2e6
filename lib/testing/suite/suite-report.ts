/** The report of a run of the suite. */
import type { Finding } from '../../evidence/finding.js';
import { type Report, SCHEMA_VERSION, type Verdict } from '../../evidence/report.js';
import type { Journal } from '../world/journal.js';

type Parts = Pick<Report, 'target' | 'asked' | 'notCovered' | 'people' | 'seed' | 'replay'> & {
  readonly found: readonly Finding[];
  readonly journal: Journal;
  readonly startedAt: Date;
};

export function suiteReport({ found, journal, startedAt, ...rest }: Parts): Report {
  const proved = found.filter(({ certainty }) => certainty === 'proved');
  const verdict = verdictOf(proved.length, rest.asked.length);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: 'suite',
    ...rest,
    verdict,
    ok: proved.length === 0,
    summary: summaryOf(verdict, proved, rest.asked.length),
    findings: [...proved, ...found.filter(({ certainty }) => certainty !== 'proved')],
    requests: journal.requests,
    seconds: Math.round(performance.now() - journal.epoch) / 1000,
    startedAt: startedAt.toISOString(),
    timeline: journal.timeline,
  };
}

function verdictOf(proved: number, asked: number): Verdict {
  if (proved > 0) return 'swapped';
  return asked > 0 ? 'clean' : 'cannot-tell';
}

function summaryOf(verdict: Verdict, proved: readonly Finding[], asked: number): string {
  if (verdict === 'clean') return `No session was swapped in ${asked} experiments.`;
  if (verdict === 'cannot-tell') return 'Nothing could be asked.';
  const [first] = proved;
  const more = proved.length > 1 ? `, and ${proved.length - 1} more` : '';
  return `Sessions are swapped: ${first?.title} (${first?.mechanism})${more}.`;
}
