/**
 * The password is a credential as well: its record is what last-seen, a profile or settings are written into. Ada visits, changes
 * something, and logs in again in another browser, each time with the password that she has always had.
 */
import { isAccepted } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { filledRoute } from '../../world/filled-route.js';
import { tryToLogIn } from '../../world/log-in.js';
import { logOut } from '../../world/log-out.js';
import type { Person } from '../../world/person.js';
import { isTakenFor } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';
import { changedByUse } from './changed-by-use.js';

export const passwordAfterUse: SuiteCase = {
  title: 'the same password, before and after visits and changes',
  mechanisms: ['M20'],
  async run(world) {
    const ada = world.browser(world.account(0));
    if ((await enters(world, ada)) !== 'in') return [];
    const again = await loginAgain(world, ada);
    if (again === 'one at a time') return [];
    if (again === 'refused') return othersEnter(world, ada, 'had logged in once');
    for (const route of [...world.safeRoutes, ...world.safeRoutes]) await ada.ask(route);
    if ((await entersAnew(world)) === 'refused') return othersEnter(world, ada, 'had visited every page');
    for (const route of world.changingRoutes) {
      if (!(await isDone(world, ada, route))) continue;
      if ((await entersAnew(world)) !== 'refused') continue;
      if (await isChangedTo(world, textsIn(route))) return [];
      return (await isTakenFor(world, ada)) === ada.label
        ? othersEnter(world, ada, `had asked for ${route.label}`)
        : [];
    }
    return [];
  },
};

type Outcome = 'in' | 'refused' | 'unsure';

/** Too many, taken, or broken: that says nothing of the password. */
const UNSURE = new Set([409, 423, 429]);

async function enters(world: World, person: Person): Promise<Outcome> {
  const before = world.journal.requests;
  await Promise.resolve(tryToLogIn(person, world.options.login)).catch(() => null);
  if ((await isTakenFor(world, person)) === person.label) return 'in';
  const asked = world.journal.last.slice(before - world.journal.requests);
  const isOdd = asked.some(({ answer }) => answer === null || answer.status >= 500 || UNSURE.has(answer.status));
  return isOdd ? 'unsure' : 'refused';
}

/** In a browser of her own that is new. */
function entersAnew(world: World): Promise<Outcome> {
  return enters(world, world.browser(world.account(0)));
}

/** Apps may allow one session at a time: she then gets in after a logout. */
async function loginAgain(world: World, ada: Person): Promise<Outcome | 'one at a time'> {
  const again = await entersAnew(world);
  if (again !== 'refused')
    return again === 'unsure' || (await isTakenFor(world, ada)) !== ada.label ? 'one at a time' : 'in';
  await logOut(world, ada);
  return (await entersAnew(world)) === 'refused' ? 'refused' : 'one at a time';
}

/** One of these is the password now: it was to be changed. */
async function isChangedTo(world: World, texts: readonly string[]): Promise<boolean> {
  const account = world.account(0);
  for (const password of texts) {
    if ((await enters(world, world.browser({ ...account, user: { ...account.user, password } }))) === 'in') return true;
  }
  return false;
}

/** What the request says. */
function textsIn({ body = '' }: Route): string[] {
  const texts = [...body.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
  return texts.length > 0 ? texts : [...new URLSearchParams(body).values()];
}

async function isDone(world: World, ada: Person, route: Route): Promise<boolean> {
  return isAccepted(await ada.ask(await filledRoute(world, ada, route)));
}

/** The login itself still works: bob, who has not been there yet, gets in. */
async function othersEnter(world: World, { label }: Person, after: string): Promise<NewFinding[]> {
  const bob = world.browser(world.account(1));
  if ((await enters(world, bob)) !== 'in') return [];
  return [
    changedByUse(
      label,
      'login',
      `${label} ${after}, and could then not log in any more; ${bob.label}, who had not been there, could.`,
    ),
  ];
}
