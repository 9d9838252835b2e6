/** What was asked in a run, and what was not, with the reason: a verdict is worth as much as that. */
import type { Asked, NotCovered } from '../../evidence/report.js';
import { counted } from '../../evidence/text/words.js';
import type { Baseline } from './baseline.js';
import { isRead } from './options.js';
import { STEPS } from './plan.js';
import type { Played } from './play.js';
import type { Run } from './run.js';

export function askedIn({ requests }: Played): Asked[] {
  return [...requests].map(([kind, count]) => {
    const { what, mechanisms } = STEPS[kind];
    return { what, mechanisms, requests: count };
  });
}

const NEVER: readonly NotCovered[] = [
  {
    what: 'what begins inside the app',
    mechanisms: ['M4', 'M8', 'M10', 'M17', 'M20', 'M21', 'M25', 'M27', 'M29'],
    why: 'it takes a look inside, or a store that fails: the swap suite of swapproof/testing has it.',
  },
  {
    what: 'URLs that caches misread',
    mechanisms: ['M14', 'M15'],
    why: 'npx swapproof doctor asks for them, without a login.',
  },
  { what: 'logins by mail and from other sites', mechanisms: ['M23'], why: 'hammer logs in by one way only.' },
  { what: 'other hosts', mechanisms: ['M24'], why: 'hammer asks one host.' },
  { what: 'what browsers keep', mechanisms: ['M28'], why: 'hammer is no browser.' },
];

export function notCoveredIn(run: Run, played: Played, { shown, proxySigns }: Baseline): NotCovered[] {
  const left: NotCovered[] = [];
  if (played.ended !== 'complete') {
    left.push({ what: 'the rest of the plan', mechanisms: [], why: `${played.ended}.` });
  }
  if (!run.direct) {
    const why = proxySigns.length > 0 ? `the answers have ${proxySigns.join(', ')}` : 'so it was said';
    left.push({
      what: 'several users on one connection',
      mechanisms: ['M3', 'M18', 'M19'],
      why: `something stands in front of the app: ${why}. Run hammer against the app itself, or with --direct.`,
    });
  }
  const silent = run.options.routes.filter(
    ({ method, path }) => !run.judge.telling.has(`${method} ${placeOnly(path)}`),
  );
  if (silent.length > 0) {
    left.push({
      what: silent.map(({ label }) => label).join(', '),
      mechanisms: [],
      why: 'no answer there held anything of whoever asked, so that a swap could not have been seen. See --mark.',
    });
  }
  for (const { place, owner } of shown.slice(0, 10)) {
    left.push({
      what: `a mark of ${owner} on ${place}`,
      mechanisms: [],
      why: 'it is shown to others there on purpose.',
    });
  }
  if (shown.length > 10) {
    left.push({ what: counted(shown.length - 10, 'further mark'), mechanisms: [], why: 'shown to others on purpose.' });
  }
  if (!run.crew.logsIn) {
    left.push({ what: 'logins', mechanisms: ['M22'], why: 'the users came with cookies.' });
  }
  if (run.options.routes.every(({ method }) => isRead(method))) {
    left.push({ what: 'writing', mechanisms: [], why: "no route writes. --route 'POST /notes' names one." });
  }
  return [...left, ...NEVER];
}

function placeOnly(path: string): string {
  return path.replace(/[?#].*$/, '');
}
