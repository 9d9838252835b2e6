/** Links and codes that an app answers or mails to one person, used by another who is logged in: without being told of them. */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf } from '../../../evidence/marks.js';
import { inTurn } from '../../world/ask-all.js';
import { type Use, usesOf } from '../../world/found-proofs.js';
import type { Person } from '../../world/person.js';
import { sayWho } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';
import { fieldsOfOthers, ownFields } from './mixed-up-fields.js';

/** Of hers, besides a name. */
const FEWEST_FIELDS = 2;

export const proofsFound: SuiteCase = {
  title: 'a link or code that was answered to one person, used by another',
  mechanisms: ['M23'],
  async run(world) {
    for (const route of world.changingRoutes) {
      const [ada] = await world.people(2);
      const count = (await usesOf(world, ada, route)).length;
      for (let index = 0; index < count; index++) {
        const found = (await byBob(world, route, index)) ?? (await shownToBob(world, route, index));
        if (found !== null) return [found];
      }
    }
    return [];
  },
};

async function byBob(world: World, route: Route, index: number): Promise<NewFinding | null> {
  const [ada, bob] = await world.people(2);
  const before = await inTurn(bob, world.safeRoutes);
  const use: Use | undefined = (await usesOf(world, ada, route))[index];
  await use?.(bob);
  if (await isTakenForHer(world, bob, ada)) return became(ada, bob, route);
  for (const [at, to] of (await inTurn(bob, world.safeRoutes)).entries()) {
    const was = before[at];
    const gone =
      was === undefined ? [] : ownFields(world, was).filter((field) => !ownFields(world, to).includes(field));
    const sighting = fieldsOfOthers(world, to).find(
      (one) => one.owner === ada.label && gone.includes(world.fieldOf(one)),
    );
    if (sighting !== undefined)
      return swapFinding(world, { mechanism: 'M23', to, sighting, detail: `${route.label} answered ada. ${CREDITED}` });
  }
  return null;
}

/**
 * What it opens is shown to him as it is to her, once, and to nobody who is not logged in. A link that she could have given to him, as an
 * invitation, names her at most.
 */
async function shownToBob(world: World, route: Route, index: number): Promise<NewFinding | null> {
  const [ada, bob] = await world.people(2);
  const made = async () => (await usesOf(world, ada, route))[index] ?? (async () => null);
  const use = await made();
  const to = await use(bob);
  const sightings = to === null ? [] : fieldsOfOthers(world, to).filter(({ owner }) => owner === ada.label);
  const fields = sightings.map((one) => world.fieldOf(one));
  const [sighting] = sightings;
  if (to === null || sighting === undefined || new Set(fields).size < FEWEST_FIELDS) return null;
  const isHers = (exchange: Exchange | null) => exchange !== null && fieldsOfOthers(world, exchange).length > 0;
  if (ownFields(world, to).length > 0 || isHers(await use(bob)) || isHers(await (await made())(world.nobody())))
    return null;
  const own = await (await made())(ada);
  if (own === null || !fields.every((field) => ownFields(world, own).includes(field))) return null;
  return swapFinding(world, { mechanism: 'M23', to, sighting, detail: `${route.label} answered ada. ${OPENED}` });
}

/** He is shown hers alone as the one who is logged in. */
async function isTakenForHer(world: World, bob: Person, ada: Person): Promise<boolean> {
  const said = await sayWho(world, bob).catch(() => '');
  const says = ({ label }: Person) => world.marksOf(label).some((mark) => offsetOf(said, mark) >= 0);
  return says(ada) && !says(bob);
}

function became({ label }: Person, bob: Person, route: Route): NewFinding {
  return {
    mechanism: 'M23',
    title: `${bob.label} became ${label} by what ${label} was sent`,
    owner: label,
    receiver: bob.label,
    exchanges: [],
    leak: { where: 'side effect', name: null, offset: null, excerpt: `whoami after using it: ${label}` },
    detail: `${route.label} answered ada. ${BECAME}`,
  };
}

const OPENED =
  'Bob used the link or code in his own browser, and was shown what it opens for her. It is good once, and for the logged in alone, as a proof ' +
  'is; but whoever is logged in may have it: it is not bound to the session, or the user, that asked for it.';
const BECAME =
  'Bob used the link or code in a browser where he was logged in as himself, and was ada from then on: it is not bound to the browser that ' +
  'asked for it. Whoever sends such a link has others act in his account without their knowing.';
const CREDITED =
  'Bob used the link or code in his own browser, and what is hers was then shown in the place of his own: the proof is not bound to the ' +
  'session, or the user, that asked for it.';
