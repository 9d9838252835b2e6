/** A copy of the cookies from before the logout: whoever has them must be nobody afterwards, and stay it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { pairsOf } from '../../world/identity-cookies.js';
import { logOut } from '../../world/log-out.js';
import type { Person } from '../../world/person.js';
import { isTakenFor } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { World } from '../../world/world.js';

/** Milliseconds: what is saved only every so often is saved by then. */
const WRITTEN_BEHIND = 800;

export const afterLogout: SuiteCase = {
  title: 'cookies from before a logout',
  mechanisms: ['M21'],
  async run(world) {
    const [ada] = await world.people(2);
    const before = ada.copy();
    const renew = renewal(world, ada);
    if ((await isTakenFor(world, ada.copy())) !== ada.label)
      return unknown(world, 'whoami does not name who is logged in');
    const alone = await enoughAlone(world, ada);
    const out = await logOut(world, ada);
    if (out === null) return unknown(world, "there is no logout: name it, as logout: 'POST /logout'");
    const still = (await isTakenFor(world, ada.copy())) === ada.label;
    if (still) {
      const isOut = world.options.logout !== undefined || (await isAnyWorthless(world, ada, alone));
      return isOut ? [findingOf(world, ada, out, STILL_IN)] : unknown(world, NOT_OUT);
    }
    if ((await isTakenFor(world, before.copy())) === ada.label) return [findingOf(world, ada, out, LIVES_ON)];
    if (await renew()) return [findingOf(world, ada, out, RENEWED)];
    await pause(WRITTEN_BEHIND);
    if ((await isTakenFor(world, before.copy())) === ada.label) return [findingOf(world, ada, out, COMES_BACK)];
    // An id that is always the same is found elsewhere.
    if (world.known.some(({ mechanism }) => mechanism === 'M22')) return [];
    await world.login(ada);
    if ((await isTakenFor(world, before.copy())) === ada.label) return [findingOf(world, ada, out, REVIVED)];
    return [];
  },
};

type Pair = readonly [name: string, value: string];

/** Cookies each of which names her without the others, as one of the session and one that remembers. */
async function enoughAlone(world: World, ada: Person): Promise<Pair[]> {
  const pairs = pairsOf(ada);
  const enough: Pair[] = [];
  for (const pair of pairs.length > 1 ? pairs : []) if (await isEnough(world, ada, pair)) enough.push(pair);
  return enough.length > 1 ? enough : [];
}

async function isEnough(world: World, ada: Person, [name, value]: Pair): Promise<boolean> {
  const alone = world.browser(ada.account);
  alone.wear({ Cookie: `${name}=${value}` });
  return (await isTakenFor(world, alone)) === ada.label;
}

async function isAnyWorthless(world: World, ada: Person, pairs: readonly Pair[]): Promise<boolean> {
  for (const pair of pairs) if (!(await isEnough(world, ada, pair))) return true;
  return false;
}

/** Each route is asked with the cookies that her browser would have sent there, before the logout; what they set counts. */
function renewal(world: World, ada: Person): () => Promise<boolean> {
  const asks = world.routes.map((route) => {
    const cookie = ada.jar.header(new URL(route.path, ada.origin), { method: route.method });
    return { route, headers: cookie === '' ? [] : [['Cookie', cookie] as const] };
  });
  return async () => {
    const [thief, control] = [world.browser(ada.account), world.browser(ada.account)];
    for (const { route, headers } of asks) {
      await thief.ask({ ...route, headers: [...route.headers, ...headers] });
      await control.ask(route);
    }
    // A login among the routes needs no old cookies.
    return (await isTakenFor(world, thief)) === ada.label && (await isTakenFor(world, control)) !== ada.label;
  };
}

function unknown(world: World, why: string): NewFinding[] {
  world.remark({ what: afterLogout.title, mechanisms: ['M21'], why });
  return [];
}

const NOT_OUT = "POST /logout logged nobody out: name the route that does, as logout: 'POST /session/end'";

function findingOf(world: World, { label }: Person, out: Exchange, detail: string): NewFinding {
  return {
    mechanism: 'M21',
    title: `the session of ${label} works after its logout`,
    owner: label,
    receiver: null,
    exchanges: [world.journal.show(out)],
    leak: { where: 'side effect', name: null, offset: null, excerpt: `whoami with the cookies from before: ${label}` },
    detail,
  };
}

const STILL_IN = 'The logout was answered as a success, and whoami still names the same user in the same browser.';
const LIVES_ON =
  'The browser has forgotten the cookies, and the app has not: a copy of them, as a cache, a proxy or a thief may have, still ' +
  'opens the session. Destroy it in the store, or keep a list of what was revoked for tokens that say who somebody is by themselves.';
const RENEWED =
  'The cookies of the session were worth nothing after the logout, but another one was, which browsers send to one of the routes only: that ' +
  'route answered it with a new session. A logout must end what sessions are renewed by as well.';
const REVIVED =
  'After the logout the copy was worth nothing, but the next login of the same user made it work again: sessions are revoked by ' +
  'user, and the revocation ends with the login.';
const COMES_BACK =
  'Right after the logout the copy was worth nothing, and a moment later, though nobody had used it, it opened the session again: what ' +
  'was remembered of an earlier request was written back. What is saved later must look whether the session is still there.';
