/** What else changes something, once each: a token that was good must be good afterwards, or have been changed on purpose. */
import { setTimeout as pause } from 'node:timers/promises';
import { isAccepted } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { inTurn } from '../../world/ask-all.js';
import { filledRoute } from '../../world/filled-route.js';
import { type FoundToken, isSecretLike } from '../../world/found-token.js';
import type { Person } from '../../world/person.js';
import { bodyOf } from '../../world/say-who.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';
import { changedByUse } from './changed-by-use.js';

/** Milliseconds by which the change begins after the use; below zero, before it. */
const DELAYS = [-8, -4, -2, -1, 0, 1, 2, 4, 8];

export async function changedBeside(world: World, ada: Person, given: FoundToken): Promise<NewFinding | null> {
  let token = given;
  for (const route of world.changingRoutes.filter(({ label }) => label !== given.source?.label)) {
    const before = await pagesOf(world, ada);
    await isDone(world, ada, route);
    if (await token.verify(token.secret)) continue;
    const next = await renewed(token);
    if (next === null) return isThere(token, before, world, ada, route);
    const undone = await changedWhileUsed(world, ada, next, route);
    if (undone !== null) return undone;
    token = (await renewed(next)) ?? next;
  }
  return null;
}

/** The one that is shown now, if it is good; null for none. */
export async function renewed(token: FoundToken): Promise<FoundToken | null> {
  const now = await token.shown();
  return now !== null && isSecretLike(now) && (await token.verify(now)) ? { ...token, secret: now } : null;
}

/** One that was taken away is gone from the pages, or they say so. */
async function isThere(
  { source, shown, where }: FoundToken,
  before: string,
  world: World,
  ada: Person,
  route: Route,
): Promise<NewFinding | null> {
  const isShown = source?.method === 'GET' ? (await shown()) !== null : before === (await pagesOf(world, ada));
  const what = `After ${route.label} it was refused, though the app still shows it as one that is there.`;
  return isShown ? changedByUse(ada.label, where, what) : null;
}

/** Whoever notes the use reads the record, and writes it back over the change: the old secret is good again. */
async function changedWhileUsed(
  world: World,
  ada: Person,
  given: FoundToken,
  route: Route,
): Promise<NewFinding | null> {
  let token = given;
  for (const delay of DELAYS) {
    const use = () => Promise.all([token.verify(token.secret), ...world.safeRoutes.map((page) => ada.ask(page))]);
    const filled = await filledRoute(world, ada, route);
    const change = async () => isAccepted(await ada.ask(filled));
    const first = delay < 0 ? change() : use();
    await pause(Math.abs(delay));
    const second = delay < 0 ? use() : change();
    await Promise.all([first, second]);
    if ((await token.shown()) === token.secret && (await token.verify(token.secret))) {
      const isChanged = (await isDone(world, ada, route)) && !(await token.verify(token.secret));
      return isChanged ? changedByUse(ada.label, token.where, `${route.label} ${UNDONE}`) : null;
    }
    const next = await renewed(token);
    if (next === null) return null;
    token = next;
  }
  return null;
}

async function isDone(world: World, ada: Person, route: Route): Promise<boolean> {
  return isAccepted(await ada.ask(await filledRoute(world, ada, route)));
}

/** All that ada is shown, but for times and counts. */
async function pagesOf(world: World, ada: Person): Promise<string> {
  const pages = await inTurn(ada, world.safeRoutes);
  return pages.map((page) => bodyOf(page).replace(/\d+/g, '0')).join('\n');
}

const UNDONE =
  'makes a new one, and the old one is refused from then on; but where the old one was being used at the same moment, it was good again ' +
  'afterwards, and the new one was lost: what notes the use writes back the whole record as it had read it.';
