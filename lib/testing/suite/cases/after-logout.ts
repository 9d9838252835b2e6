/** A copy of the cookies from before the logout: whoever has them must be nobody afterwards, and stay it. */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { logOut } from '../../world/log-out.js';
import type { Person } from '../../world/person.js';
import { isTakenFor } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { World } from '../../world/world.js';

export const afterLogout: SuiteCase = {
  title: 'cookies from before a logout',
  mechanisms: ['M21'],
  async run(world) {
    const [ada] = await world.people(2);
    const before = ada.copy();
    if ((await isTakenFor(world, ada.copy())) !== ada.label)
      return unknown(world, 'whoami does not name who is logged in');
    const out = await logOut(world, ada);
    if (out === null) return unknown(world, "there is no logout: name it, as logout: 'POST /logout'");
    const still = (await isTakenFor(world, ada.copy())) === ada.label;
    if (still)
      return world.options.logout === undefined ? unknown(world, NOT_OUT) : [findingOf(world, ada, out, STILL_IN)];
    if ((await isTakenFor(world, before.copy())) === ada.label) return [findingOf(world, ada, out, LIVES_ON)];
    await world.login(ada);
    if ((await isTakenFor(world, before.copy())) === ada.label) return [findingOf(world, ada, out, REVIVED)];
    return [];
  },
};

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
const REVIVED =
  'After the logout the copy was worth nothing, but the next login of the same user made it work again: sessions are revoked by ' +
  'user, and the revocation ends with the login.';
