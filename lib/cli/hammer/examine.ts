/** Puts two people, and somebody without a session, to the experiments on the place of a swap. */
import type { Exchange } from '../../evidence/exchange.js';
import type { Person } from '../../testing/world/person.js';
import type { SwapGroup } from './judge.js';
import { Lab } from './lab.js';
import type { Circumstances, Explained } from './mechanism.js';
import { DEFAULTS, type HammerOptions } from './options.js';
import type { Run } from './run.js';

const MOST_OTHER_ROUTES = 5;

type Examination = (group: SwapGroup, lab: Lab, circumstances: Circumstances) => Promise<Explained>;

/** How it comes about. With new logins of the two where that is possible: theirs may be swapped by now. */
export async function examined(
  run: Run,
  group: SwapGroup,
  examine: Examination,
  leaveOut: boolean,
): Promise<Explained> {
  if (leaveOut) return notExamined(group);
  const { crew, options, direct } = run;
  const { exchange, owner } = group.first;
  const people: Person[] = [];
  for (const label of [owner, exchange.asker]) {
    const account = crew.account(label);
    people.push((account && (await crew.again(account))) ?? crew.nobody());
  }
  if (exchange.asker !== null) people.push(crew.nobody());
  const route = routeOf(run, exchange);
  const lab = new Lab(run, route, people);
  const patient = (options.patience ?? DEFAULTS.patience) >= DEFAULTS.patience;
  const otherRoutes = options.routes.filter(({ label }) => label !== route.label).slice(0, MOST_OTHER_ROUTES);
  const told = await examine(group, lab, { direct, patient, otherRoutes });
  crew.dismiss();
  return told;
}

/** What was asked, without the query that made its URL unlike all others. */
function routeOf(run: Run, { question }: Exchange): HammerOptions['whoami'] {
  const path = question.path.replace(/[?&]swapproof=\w+$/, '');
  const method = question.method === 'HEAD' ? 'GET' : question.method;
  const known = run.options.routes.find((route) => route.path === path && route.method === method);
  return known ?? { label: `${method} ${path}`, method, path, headers: [] };
}

function notExamined({ first }: SwapGroup): Explained {
  return {
    mechanism: first.via === 'cookie' ? 'M12' : 'M26',
    because: 'How it comes about was not examined.',
  };
}
