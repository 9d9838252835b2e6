/** Many users at once against a URL: is anybody ever given what is somebody else's? */
import { finding } from '../../evidence/finding.js';
import { newSeed } from '../../evidence/random.js';
import type { Report } from '../../evidence/report.js';
import { CannotRun } from '../cannot-run.js';
import { checkedTarget } from '../host-check.js';
import { baseline } from './baseline.js';
import { findingsOf } from './findings.js';
import { hammerReport } from './hammer-report.js';
import { DEFAULTS, type HammerOptions, MOST } from './options.js';
import { makePlan } from './plan.js';
import { play } from './play.js';
import { Run } from './run.js';
import { strayBytes } from './stray-bytes.js';
import { Who } from './who.js';

/** @throws CannotRun if nothing could be asked: wrong options, a dead host, logins that fail, users that look alike */
export async function runHammer(options: HammerOptions): Promise<Report> {
  checkLimits(options);
  await checkedTarget(options.url, options.ownsHost ?? false);
  const { seed = newSeed() } = options;
  const startedAt = new Date();
  const run = new Run(options, seed);
  try {
    options.onProgress?.(0, options.requests ?? DEFAULTS.requests, 'logging in');
    const learnt = await Promise.race([baseline(run), run.untilInterrupted()]);
    run.direct = options.direct ?? learnt.proxySigns.length === 0;
    const played = await play(run, makePlan(seed, planOptions(run)));
    const who = new Who(run);
    const changed = played.ended === 'interrupted' ? [] : await who.whoChanged();
    const stray = await strayBytes(run);
    const replay = options.replay(seed);
    const found = [...(await findingsOf(run, who, changed, played.ended === 'interrupted')), ...stray];
    const findings = found.map((one) => finding(one, replay));
    const loggedOut = changed.filter(({ now }) => now === null).length;
    return hammerReport({ run, learnt, played, findings, loggedOut, startedAt, seed, replay });
  } finally {
    run.crew.close();
  }
}

function planOptions({ options, crew, direct }: Run) {
  return {
    browsers: crew.browsers.length,
    routes: options.routes.length,
    requests: options.requests ?? DEFAULTS.requests,
    direct,
    logins: crew.logsIn,
  };
}

function checkLimits({ users, routes, browsers = 0, requests = 0, seconds = 0 }: HammerOptions): void {
  if (users.length < 2) throw new CannotRun('It takes two users to swap: give two or more.');
  if (routes.length === 0) throw new CannotRun('Give a route: --route /account');
  const names = users.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new CannotRun(`The user ${twice} is there twice.`);
  const given = { browsers: Math.max(browsers, users.length), requests, seconds };
  for (const [name, most] of Object.entries(MOST)) {
    if (given[name as keyof typeof MOST] > most) throw new CannotRun(`At most ${most} ${name}.`);
  }
}
