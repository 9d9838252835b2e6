/** Links of mails and answers of identity providers: begun by one, opened by another, opened twice. */
import type { NewFinding } from '../../../evidence/finding.js';
import { opened, usedInLogin } from '../../world/open-link.js';
import type { Person } from '../../world/person.js';
import { isTakenFor } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

type Links = NonNullable<World['options']['links']>;

export const proofsOfOthers: SuiteCase = {
  title: 'a link or code of one person in the browser of another',
  mechanisms: ['M23'],
  async run(world) {
    const { links } = world.options;
    const found = await replayedLogin(world);
    if (found !== null) return [found];
    if (links === undefined) {
      world.remark({ what: 'links of mails, and logins by another site', mechanisms: [], why: NO_LINKS });
      return [];
    }
    for (const experiment of [inAnotherBrowser, byItsOwner, twice]) {
      const finding = await experiment(world, links);
      if (finding !== null) return [finding];
    }
    return [];
  },
};

const NO_LINKS =
  'give links: a function that begins such a login or confirmation for a person, and answers the link; only the addresses ' +
  'that a login itself went through were tried, and what POSTs among the routes answered or mailed';

/** Ada's link, opened by bob, who is logged in. */
async function inAnotherBrowser(world: World, links: Links): Promise<NewFinding | null> {
  const [ada, bob] = await world.people(2);
  const link = await links(ada);
  await opened(bob, link);
  if ((await isTakenFor(world, bob)) === ada.label) return findingOf(ada, bob.label, BECAME);
  for (const route of world.safeRoutes.filter(({ path }) => !world.explained(path))) {
    const to = await bob.ask(route);
    const sighting = world.foreign(to).find(({ owner }) => owner === ada.label);
    if (sighting !== undefined) return swapFinding(world, { mechanism: 'M23', to, sighting, detail: CREDITED });
  }
  return null;
}

/** Somebody asks for a link in her name; she opens it in her own browser, as the mail asks her to. */
async function byItsOwner(world: World, links: Links): Promise<NewFinding | null> {
  const [ada] = await world.people(2);
  const other = world.browser(ada.account);
  const link = await links(other).catch(() => null);
  if (link === null || (await isTakenFor(world, other.copy())) !== null) return null;
  await opened(ada, link);
  return (await isTakenFor(world, other)) === ada.label ? findingOf(ada, null, PENDING) : null;
}

async function twice(world: World, links: Links): Promise<NewFinding | null> {
  const ada = world.browser(world.account(0));
  const link = await links(ada).catch(async () => links(await world.login(ada)));
  await opened(ada, link);
  const stranger = world.nobody();
  await opened(stranger, link);
  return (await isTakenFor(world, stranger)) === ada.label ? findingOf(ada, null, AGAIN) : null;
}

/** Addresses with a code, by which ada's login went, opened once more by somebody else. */
async function replayedLogin(world: World): Promise<NewFinding | null> {
  const [ada] = await world.people(2);
  for (const path of usedInLogin(world, ada)) {
    const stranger = world.nobody();
    await opened(stranger, path);
    if ((await isTakenFor(world, stranger)) === ada.label) return findingOf(ada, null, AGAIN);
  }
  return null;
}

function findingOf({ label }: Person, receiver: string | null, detail: string): NewFinding {
  return {
    mechanism: 'M23',
    title: `${receiver ?? 'somebody without a session'} was logged in as ${label} by a link of ${label}'s`,
    owner: label,
    receiver,
    exchanges: [],
    leak: { where: 'side effect', name: null, offset: null, excerpt: `whoami after opening it: ${label}` },
    detail,
  };
}

const BECAME =
  'Ada began it, bob opened the link in a browser where he was logged in as himself, and was ada from then on. Whoever sends ' +
  'such a link has others act in his account without their knowing; whoever gets to see one is in.';
const CREDITED =
  'Ada began it, bob opened the link, and what is hers was then shown as his: the proof is not bound to the session that asked for it.';
const PENDING =
  'Somebody without a session asked for a link in her name. She opened it in her own browser, and the one who had asked was ' +
  'logged in: the proof is kept by the user alone, and whoever waits for it gets it.';
const AGAIN =
  'The link or code had been used already, and logged in whoever opened it next: it must work once, and in the browser that began it.';
