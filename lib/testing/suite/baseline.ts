/**
 * Before anything is tried at once: each person alone, one after another, the last one first. It tells the people apart, learns more of
 * their marks from what whoami says, which of them everybody is shown, and who may see what of others.
 */

import { TestingError } from '../../errors.js';
import { jsonLeaves } from '../../evidence/json-leaves.js';
import { offsetOf } from '../../evidence/marks.js';
import type { Accounts } from '../world/accounts.js';
import { bodyOf, sayWho } from '../world/say-who.js';
import type { World } from '../world/world.js';
import { allowFirst, visitedAlone } from './seen-alone.js';

/** A shorter string than this says nothing about whose it is. */
const SHORTEST_MARK = 6;
/** Two people may well have done something in the same millisecond. */
const TIME = /^\d{4}-\d\d-\d\dT/;

/** @throws TestingError ERR_SUITE_PEOPLE if nothing tells them apart */
export async function learn(world: World, accounts: Accounts): Promise<void> {
  await forgetWhatIsPublic(world, accounts);
  const said = new Map<string, string>();
  const visitors = await visitedAlone(world, accounts, 'last first', async (person) => {
    said.set(person.label ?? '', await sayWho(world, person));
  });
  const [first = '', second = ''] = accounts.first(2).map(({ label }) => said.get(label));
  for (const [index, account] of accounts.first(2).entries()) {
    const own = said.get(account.label) ?? '';
    const other = index === 0 ? second : first;
    // An app that takes the one for the other from the beginning must not make the name of the other a mark of the one.
    const named = accounts.marked.filter(({ label }) => label !== account.label).flatMap(({ marks }) => marks);
    for (const mark of leavesOf(own)) {
      const ofAnother = named.some((name) => offsetOf(mark, name) >= 0);
      if (!ofAnother && offsetOf(other, mark) < 0) account.marks.add(mark);
    }
  }
  allowFirst(world, accounts, visitors);
  if (first === second && !accounts.marked.some(({ marks }) => marks.some((mark) => offsetOf(first, mark) >= 0))) {
    throw new TestingError(
      'ERR_SUITE_PEOPLE',
      'swapSuite(): whoami says the same of two people who logged in, and nothing that is theirs, so that nobody could tell ' +
        'a swap. Did the logins fail? Give whoami a route that names who is logged in, and users whom the app knows.',
    );
  }
}

/** Strangers come first, before anybody has logged in: what they are shown is no secret, and there it is none of anybody. */
async function forgetWhatIsPublic(world: World, accounts: Accounts): Promise<void> {
  for (const route of world.safeRoutes) {
    const exchange = await world.nobody().ask(route);
    const body = bodyOf(exchange);
    accounts.listings.add(exchange, world.unlisted(exchange));
    for (const mark of accounts.marked.flatMap(({ marks }) => marks))
      if (offsetOf(body, mark) >= 0) accounts.forget(mark);
  }
}

/** The strings of a JSON text that could be somebody's. Those of one that is not JSON are not known. */
function leavesOf(json: string): string[] {
  return jsonLeaves(json).flatMap(([, value]) =>
    typeof value === 'string' && value.length >= SHORTEST_MARK && !TIME.test(value) ? [value] : [],
  );
}
