/** One browser, two logins: a session from before the login must not become the session of who has logged in. */
import type { NewFinding } from '../../../evidence/finding.js';
import { filledRoute } from '../../world/filled-route.js';
import { identityCookies, pairsOf } from '../../world/identity-cookies.js';
import type { Person } from '../../world/person.js';
import { isTakenFor } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

export const loginInAUsedBrowser: SuiteCase = {
  title: 'a login in a browser that somebody has used before',
  mechanisms: ['M22', 'M28'],
  async run(world) {
    // Ids that are the same for all would be found once more.
    if (world.known.some(({ mechanism }) => mechanism === 'M22')) return [];
    const fixed = (await afterAnother(world)) ?? (await afterAStranger(world));
    return fixed === null ? leftBehind(world) : [fixed];
  },
};

/** Bob keeps a copy of his cookies, ada logs in in the browser that has them. */
async function afterAnother(world: World): Promise<NewFinding | null> {
  const [, bob] = await world.people(2);
  const kept = bob.copy();
  const ada = await world.login(bob.at(world.origin, world.account(0)));
  return (await isTakenFor(world, kept)) === ada.label ? findingOf(ada, bob.label, ANOTHER) : null;
}

/** A visitor's cookies, if visitors get any. */
async function afterAStranger(world: World): Promise<NewFinding | null> {
  const stranger = world.nobody();
  const { login } = world.options;
  if (typeof login === 'string') await stranger.get(login);
  for (const route of world.safeRoutes) await stranger.ask(route);
  for (const route of world.changingRoutes)
    if (pairsOf(stranger).length === 0) await stranger.ask(await filledRoute(world, stranger, route));
  if (pairsOf(stranger).length === 0) return null;
  const kept = stranger.copy();
  if ((await isTakenFor(world, stranger.copy())) !== null) return null;
  const ada = await world.login(stranger.at(world.origin, world.account(0)));
  return (await isTakenFor(world, kept)) === ada.label ? findingOf(ada, null, STRANGER) : null;
}

/** What bob left in his session or beside it, shown to ada. */
async function leftBehind(world: World): Promise<NewFinding[]> {
  const control = await world.login(world.browser(world.account(0)));
  const [, bob] = await world.people(2);
  for (const route of [...world.routes, ...world.routes]) await bob.ask(route);
  const left = pairsOf(bob);
  const ada = await world.login(bob.at(world.origin, control.account));
  for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
    const inOwn = world.foreign(await control.ask(route));
    const to = await ada.ask(route);
    const sighting = world.foreign(to).find(({ owner }) => owner === bob.label);
    if (sighting !== undefined && inOwn.length === 0) {
      const beside = await withCookiesOf(world, control, left);
      const isBeside = world.foreign(await beside.ask(route)).some(({ owner }) => owner === bob.label);
      const [mechanism, detail] = isBeside ? (['M28', BESIDE] as const) : (['M22', LEFT_BEHIND] as const);
      return [swapFinding(world, { mechanism, to, sighting, detail })];
    }
  }
  return [];
}

/** The session of `person`, and beside it the cookies of another one's browser that make nobody who he is. */
async function withCookiesOf(world: World, person: Person, left: ReturnType<typeof pairsOf>): Promise<Person> {
  const identity = await identityCookies(world, person);
  const own = pairsOf(person).filter(([name]) => identity.includes(name));
  const others = left.filter(([name]) => !identity.includes(name));
  const cookies = [...own, ...others].map((pair) => pair.join('='));
  const dressed = world.browser(person.account);
  if (cookies.length > 0) dressed.wear({ Cookie: cookies.join('; ') });
  return dressed;
}

function findingOf({ label }: Person, from: string | null, detail: string): NewFinding {
  return {
    mechanism: 'M22',
    title: `the session of ${from ?? 'a stranger'} became that of ${label} by a login`,
    owner: label,
    receiver: from,
    exchanges: [],
    leak: {
      where: 'side effect',
      name: null,
      offset: null,
      excerpt: `whoami with the cookies from before the login: ${label}`,
    },
    detail,
  };
}

const ANOTHER =
  'Bob had logged in and kept a copy of his cookies. Then ada logged in in that browser, and the copy was taken for ada: the login ' +
  'wrote her into the session that was there, under the same id.';
const STRANGER =
  'Somebody without an account was given a session, kept a copy of its cookies, and had ada log in with them, as session fixation ' +
  'does. The copy was then taken for ada: the login kept the id.';
const LEFT_BEHIND =
  'Bob had used this browser and not logged out; then ada logged in in it. What she is shown there, and not in a browser of her ' +
  'own, is what he had left in the session.';
const BESIDE =
  'Bob had used this browser; then ada logged in in it. What she is shown there, and not in a browser of her own, is in a cookie beside ' +
  'the session: a login and a logout must take it away (Clear-Site-Data), or it must say whose it is.';
