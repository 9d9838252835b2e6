/** The report of a run. */
import type { Finding } from '../../evidence/finding.js';
import { type Report, SCHEMA_VERSION, type Verdict } from '../../evidence/report.js';
import { withoutSecrets } from '../../evidence/shown.js';
import { counted } from '../../evidence/text/words.js';
import type { Baseline } from './baseline.js';
import { askedIn, notCoveredIn } from './coverage.js';
import type { Played } from './play.js';
import type { Run } from './run.js';

export interface Outcome {
  readonly run: Run;
  readonly learnt: Baseline;
  readonly played: Played;
  readonly findings: readonly Finding[];
  /** Browsers that nobody's session was left in, at the end. */
  readonly loggedOut: number;
  readonly startedAt: Date;
  readonly seed: string;
  readonly replay: string;
}

/** Of all requests: with more, too little was seen. */
const MOST_WITHOUT_ANSWER = 0.2;

export function hammerReport(outcome: Outcome): Report {
  const { run, learnt, played, findings, startedAt, seed, replay } = outcome;
  const proved = findings.filter(({ certainty }) => certainty === 'proved');
  const doubt = doubtOf(outcome);
  const verdict: Verdict = proved.length > 0 ? 'swapped' : doubt === null ? 'clean' : 'cannot-tell';
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: 'hammer',
    target: withoutSecrets(run.options.url),
    verdict,
    ok: proved.length === 0,
    summary: summaryOf(outcome, verdict, proved, doubt),
    findings: [...proved, ...findings.filter(({ certainty }) => certainty !== 'proved')],
    asked: askedIn(played),
    notCovered: notCoveredIn(run, played, learnt),
    people: run.crew.accounts.map(({ label }) => label),
    requests: run.journal.requests,
    seconds: Math.round(performance.now() - run.journal.epoch) / 1000,
    startedAt: startedAt.toISOString(),
    seed,
    replay,
    timeline: run.journal.timeline,
  };
}

/** Why nothing found would mean nothing; null if it means something. */
function doubtOf({ run, played, loggedOut }: Outcome): string | null {
  const { requests, failed, refused } = run.journal;
  if (played.ended === 'interrupted') return 'The run was interrupted.';
  if (failed + refused > requests * MOST_WITHOUT_ANSWER) {
    return `Of ${counted(requests, 'request')}, ${failed} had no answer and ${refused} were refused (429, 503).`;
  }
  if (run.judge.recognised === 0) return 'No answer held anything of whoever asked.';
  if (loggedOut * 2 > run.crew.browsers.length) {
    return `${loggedOut} of ${counted(run.crew.browsers.length, 'browser')} were logged out at the end.`;
  }
  return null;
}

function summaryOf({ run }: Outcome, verdict: Verdict, proved: readonly Finding[], doubt: string | null): string {
  if (verdict === 'cannot-tell') return doubt ?? '';
  if (verdict === 'clean') {
    const { requests, failed, refused } = run.journal;
    const without = failed + refused === 0 ? '' : `, ${failed + refused} of them without an answer`;
    return `No session was swapped in ${counted(requests, 'request')}${without}.`;
  }
  const [first] = proved;
  const more = proved.length > 1 ? `, and ${counted(proved.length - 1, 'further finding')}` : '';
  return `Sessions are swapped: ${first?.title} (${first?.mechanism})${more}.`;
}
