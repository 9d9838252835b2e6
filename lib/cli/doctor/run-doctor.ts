/**
 * Finds out from outside, without a login, whether what stands in front of a URL gives the private pages of one user to
 * another: by the probe that the kit and guard() answer, and by the cookies of the page where they are not there.
 */
import { randomFrom } from '../../evidence/random.js';
import type { Report } from '../../evidence/report.js';
import { CannotRun } from '../cannot-run.js';
import { checkedTarget, type Target } from '../host-check.js';
import { Asking } from './asking.js';
import { type Check, hostChecks, quickChecks } from './checks.js';
import { CONFIRM_REQUESTS, confirmed } from './confirm.js';
import { madeUp } from './credentials.js';
import { findingsOf, sharedOutcomes } from './diagnosis.js';
import { type Ran, runChecks } from './engine.js';
import { findProbe, type Probe } from './find-probe.js';
import { askable, askKey, KEY_REQUESTS } from './key.js';
import { type DoctorOptions, type Settings, settingsOf } from './options.js';
import { assetsOf, type Visit, visitAssets, visitPage } from './page.js';
import { warningsOf } from './page-warnings.js';
import { type Replay, replayFinding, replayIn } from './replayed-cookies.js';
import { type Examined, reportOf } from './report.js';
import type { World } from './run-check.js';
import { showing } from './show.js';
import { thoroughChecks } from './thorough-checks.js';

const PEOPLE = ['ada', 'bob', 'carol', 'dan', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy', 'ken', 'lena'];
/** Milliseconds: caches that keep for a second keep for a little less now and then. */
const CLOSE = 900;
/** Seconds after which a page that was kept is looked for again. */
const LIFETIMES = { quick: [1.2, 2.5], thorough: [1.2, 2.5, 5, 10] };
/** Files of the page that are fetched. With the probe there is a better way to the same answer. */
const ASSETS = { withProbe: { quick: 2, thorough: 20 }, without: { quick: 20, thorough: 200 } };

/** @throws CannotRun if the options are wrong, the host may not be asked, or nobody answers */
export async function runDoctor(options: DoctorOptions): Promise<Report> {
  const startedAt = new Date().toISOString();
  const settings = settingsOf(options);
  const target = await checkedTarget(options.url, options.ownsHost === true, options.resolve);
  let what = 'the page';
  const asking = new Asking({
    origin: target.url.origin,
    limits: settings.limits,
    headers: settings.sentHeaders,
    insecureTls: settings.insecureTls,
    ...(options.signal && { signal: options.signal }),
    onRequest: (sent) => options.onProgress?.(sent, settings.limits.requests, what),
  });
  try {
    const world = worldOf(asking, settings, options);
    const examined = await examine(target, world, settings, (check) => {
      what = check.variant;
    });
    return reportOf(target, examined, { settings, asking, startedAt });
  } finally {
    asking.close();
  }
}

function worldOf(asking: Asking, { seed }: Settings, { pause, close = CLOSE }: DoctorOptions): World {
  const random = randomFrom(seed);
  const wait = (milliseconds: number) => asking.pause(milliseconds);
  const people = PEOPLE.map((label) => ({ label, credential: madeUp(random.word(16)) }));
  return { asking, prefix: '', people, newId: () => random.word(12), pause: pause ?? wait, close };
}

async function examine(
  target: Target,
  bare: World,
  settings: Settings,
  onCheck: (check: Check) => void,
): Promise<Examined> {
  const { asking } = bare;
  const level = settings.thorough ? 'thorough' : 'quick';
  const page = await answeredPage(asking, target);
  const probe = await findProbe(asking, page, settings, bare.newId);
  const world = { ...bare, prefix: probe?.prefix ?? '' };
  const most = ASSETS[probe ? 'withProbe' : 'without'][level];
  const ran = probe
    ? await runAll(checksFor(probe, page, target, settings), world, KEY_REQUESTS + CONFIRM_REQUESTS, onCheck)
    : NOTHING;
  const first = askable(sharedOutcomes(ran.outcomes));
  const kept = first ? await askKey(first, world, LIFETIMES[level]) : null;
  const visits = [page, ...(await visitAssets(asking, page, most))];
  const show = showing(asking.startedAt, settings);
  const before = asking.sent;
  const replays = await replaysIn(visits, world);
  const replayRequests = asking.sent - before;
  const proved = [...findingsOf(ran.outcomes, kept, show), ...replays.map((replay) => replayFinding(replay, show))];
  const findings = [...proved, ...warningsOf(visits, show)];
  return { visits, probe, ran, findings, replayRequests };
}

function checksFor({ ways, prefix }: Probe, page: Visit, { addresses }: Target, settings: Settings): Check[] {
  const checks = [...quickChecks(ways), ...hostChecks(ways, settings.alsoHosts)];
  if (!settings.thorough) return checks;
  const folders = assetsOf(page).flatMap(({ pathname }) => /^\/([\w.-]+)\/./.exec(pathname)?.[1] ?? []);
  const secure = page.url.protocol === 'https:';
  return [...checks, ...thoroughChecks(ways, { prefix, folders, addresses, secure })];
}

const NOTHING: Ran = { outcomes: [], skipped: [] };

/** The first check alone: it may meet nodes in turn, which others in between would upset. */
async function runAll(
  checks: readonly Check[],
  world: World,
  reserve: number,
  onCheck: (check: Check) => void,
): Promise<Ran> {
  const first = await runChecks(checks.slice(0, 1), world, reserve, onCheck);
  const rest = await runChecks(checks.slice(1), world, reserve, onCheck);
  const outcomes = await confirmed([...first.outcomes, ...rest.outcomes], world);
  return { outcomes, skipped: [...first.skipped, ...rest.skipped] };
}

async function replaysIn(visits: readonly Visit[], { asking, newId }: World): Promise<Replay[]> {
  const replays: Replay[] = [];
  for (const visit of visits) {
    const replay = await replayIn(visit, asking, newId);
    if (replay) replays.push(replay);
  }
  return replays;
}

async function answeredPage(asking: Asking, { url }: Target): Promise<Visit> {
  const page = await visitPage(asking, url);
  if (asking.interrupted) throw new CannotRun('The run was interrupted.');
  const failure = page === null ? 'no request was allowed' : page.exchanges[0].failure;
  if (page === null || page.exchanges[0].answer === null) {
    throw new CannotRun(`${url.origin} does not answer (${failure}). Is it running, and is the URL right?`);
  }
  return page;
}
