/** The report of a run of the suite. */
import type { Finding } from '../../evidence/finding.js';
import { type Report, SCHEMA_VERSION, type Verdict } from '../../evidence/report.js';
import { TOO_LATE } from '../world/given-up.js';
import type { Journal } from '../world/journal.js';

/** Experiments of a run. */
interface Counts {
  readonly asked: number;
  /** Not begun, or not ended, before the deadline. */
  readonly late: number;
  /** Begun, and not all of it tried. */
  readonly cut: number;
}

type Parts = Pick<Report, 'target' | 'asked' | 'notCovered' | 'people' | 'seed' | 'replay'> & {
  readonly found: readonly Finding[];
  readonly journal: Journal;
  readonly startedAt: Date;
};

export function suiteReport({ found, journal, startedAt, ...rest }: Parts): Report {
  const proved = found.filter(({ certainty }) => certainty === 'proved');
  const counts = {
    asked: rest.asked.length,
    late: rest.notCovered.filter(({ why }) => why.includes(TOO_LATE)).length,
    cut: rest.notCovered.filter(({ what }) => what.startsWith('the rest of: ')).length,
  };
  const verdict = verdictOf(proved.length, counts);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: 'suite',
    ...rest,
    verdict,
    ok: proved.length === 0,
    summary: summaryOf(verdict, proved, counts),
    findings: [...proved, ...found.filter(({ certainty }) => certainty !== 'proved')],
    requests: journal.requests,
    seconds: Math.round(performance.now() - journal.epoch) / 1000,
    startedAt: startedAt.toISOString(),
    timeline: journal.timeline,
  };
}

/** A run of which the deadline has cut off more than it let through can't say that the app is clean. */
function verdictOf(proved: number, { asked, late }: Counts): Verdict {
  if (proved > 0) return 'swapped';
  return asked > late ? 'clean' : 'cannot-tell';
}

function summaryOf(verdict: Verdict, [first, ...more]: readonly Finding[], { asked, late, cut }: Counts): string {
  if (verdict === 'swapped') {
    return `Sessions are swapped: ${first?.title} (${first?.mechanism})${more.length > 0 ? `, and ${more.length} more` : ''}.`;
  }
  if (asked === 0) return 'Nothing could be asked.';
  const missed = late > 0 ? ` The deadline came before ${late} others: give a longer one, or fewer routes.` : '';
  const short = cut > 0 ? ` (${cut} of them cut short)` : '';
  return `No session was swapped in ${asked} experiments${short}.${missed}`;
}
