/**
 * What people publish: one of them sends all that can be sent, and nobody does anything else. Where another one is shown it afterwards,
 * beside all of his own that he was shown before, it was meant to be seen: a comment, a bid, a message. What is refused publishes nothing.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Exchange, isAccepted } from '../../evidence/exchange.js';
import type { Sighting } from '../../evidence/marks.js';
import type { Accounts } from '../world/accounts.js';
import { inTurn } from '../world/ask-all.js';
import { filledRoute } from '../world/filled-route.js';
import type { Person } from '../world/person.js';
import type { Route } from '../world/suite-options.js';
import type { World } from '../world/world.js';
import { ownFields } from './cases/mixed-up-fields.js';

/** Milliseconds in which a queue is worked off: what lands with whoever asks meanwhile was not meant for him. */
const LATER = 300;

/**
 * @param accepted what is sent; else all there is, to learn from only if nothing of it is refused
 * @returns what is to be sent in another app, in which no refusal has left anything; null when all is learned
 */
export async function learnPublished(
  world: World,
  accounts: Accounts,
  accepted: readonly Route[] | null = null,
): Promise<Route[] | null> {
  const all = accepted ?? world.changingRoutes;
  if (all.length === 0) return null;
  const [ada, bob] = await world.people(2);
  const before = await pagesOf(world, bob);
  const sent: Route[] = [];
  for (const route of all) if (isAccepted(await ada.ask(await filledRoute(world, ada, route)))) sent.push(route);
  if (accepted === null && sent.length < all.length) return sent;
  // As one does: what is shown but once, or goes to whoever asked last, is then hers.
  await pagesOf(world, ada);
  await pause(LATER);
  for (const [index, after] of (await pagesOf(world, bob)).entries()) {
    const exchange = before[index];
    if (exchange !== undefined) accounts.listings.add(after, publishedIn(world, exchange, after));
  }
  return null;
}

function pagesOf(world: World, person: Person): Promise<Exchange[]> {
  return inTurn(
    person,
    world.safeRoutes.map((route) => world.fresh(route)),
  );
}

/** Who was refused before has not been let in by what another did. */
function publishedIn(world: World, before: Exchange, after: Exchange): Sighting[] {
  const own = ownFields(world, after);
  const isRefused = (before.answer?.status ?? 500) >= 300;
  if (isRefused || ownFields(world, before).some((field) => !own.includes(field))) return [];
  const known = world.unlisted(before).map(({ mark }) => mark);
  return world.unlisted(after).filter(({ mark }) => !known.includes(mark));
}
