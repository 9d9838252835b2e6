/** From what was found to the report that all three tools have. */
import { finding, type NewFinding } from '../../evidence/finding.js';
import { type Report, SCHEMA_VERSION, type Verdict } from '../../evidence/report.js';
import { withoutSecrets } from '../../evidence/shown.js';
import type { Target } from '../host-check.js';
import type { Asking } from './asking.js';
import { askedOf, notCoveredOf } from './coverage.js';
import { sharedOutcomes } from './diagnosis.js';
import type { Ran } from './engine.js';
import type { Probe } from './find-probe.js';
import type { Settings } from './options.js';
import type { Visit } from './page.js';
import type { Outcome } from './run-check.js';
import { showing } from './show.js';

export interface Examined {
  readonly visits: readonly Visit[];
  readonly probe: Probe | null;
  readonly ran: Ran;
  /** Proved ones first. */
  readonly findings: readonly NewFinding[];
  /** Of those that compared cookies of the page. */
  readonly replayRequests: number;
}

/** Exchanges around findings, for a picture. */
const TIMELINE = 200;

interface About {
  readonly settings: Settings;
  readonly asking: Asking;
  readonly startedAt: string;
}

export function reportOf({ url }: Target, examined: Examined, { settings, asking, startedAt }: About): Report {
  const { visits, probe, ran, replayRequests } = examined;
  const show = showing(asking.startedAt, settings);
  const findings = examined.findings.map((found) => finding(found, settings.replay));
  const verdict = verdictOf(examined, asking);
  const around = sharedOutcomes(ran.outcomes).flatMap(({ exchanges }) => exchanges);
  const askers = asking.exchanges.flatMap(({ asker }) => asker ?? []);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: 'doctor',
    target: withoutSecrets(url.href),
    verdict,
    ok: verdict !== 'swapped',
    summary: summaryOf(verdict, examined, asking),
    findings,
    asked: askedOf(ran.outcomes, visits, replayRequests),
    notCovered: notCoveredOf(ran, {
      hasProbe: probe !== null,
      secure: url.protocol === 'https:',
      interrupted: asking.interrupted,
      settings,
    }),
    people: [...new Set(askers)],
    requests: asking.sent,
    seconds: Math.round(asking.seconds * 1000) / 1000,
    startedAt,
    seed: settings.seed,
    replay: settings.replay,
    timeline: around.slice(0, TIMELINE).map(show),
  };
}

function verdictOf({ findings, ran }: Examined, { interrupted }: Asking): Verdict {
  if (findings.some(({ certainty }) => certainty !== 'warning')) return 'swapped';
  return plainOf(ran)?.silent === null && !interrupted ? 'clean' : 'cannot-tell';
}

function summaryOf(verdict: Verdict, examined: Examined, { interrupted }: Asking): string {
  return verdict === 'cannot-tell' && interrupted ? 'the run was interrupted.' : SUMMARIES[verdict](examined);
}

const SUMMARIES: Readonly<Record<Verdict, (examined: Examined) => string>> = {
  clean: ({ ran: { outcomes, skipped }, probe }) => {
    const told = outcomes.filter(({ silent }) => silent === null).length;
    const all = outcomes.length + skipped.length;
    return (
      `in ${told === all ? '' : `${told} of `}${all} checks nobody got the page of somebody else ` +
      `(asked with the cookie ${probe?.ways.cookies[0]}).`
    );
  },
  swapped: ({ findings }) => {
    const [{ title = '' } = {}] = findings;
    return `${title}.`;
  },
  'cannot-tell': ({ probe, ran }) => {
    const plain = plainOf(ran);
    if (probe && plain?.silent) return `the first check told nothing: ${plain.silent}.`;
    return 'the app does not answer the probe, and no session cookie of its page was seen twice.';
  },
};

function plainOf({ outcomes }: Ran): Outcome | undefined {
  return outcomes.find(({ check }) => check.group === 'plain');
}
