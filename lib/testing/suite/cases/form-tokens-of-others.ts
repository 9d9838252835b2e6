/**
 * The token that a form carries so that no other site can send it: is it that of the session which sends it? Bob sends his own, one that
 * nobody was given, and ada's.
 */
import { type Exchange, isAccepted, valuesOf } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { hashOf } from '../../../evidence/shown.js';
import { type Carried, carriedBy, tokensOnPages } from '../../world/carried-tokens.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { Route } from '../../world/suite-options.js';
import type { World } from '../../world/world.js';

export const formTokensOfOthers: SuiteCase = {
  title: 'the token of a form of one person, sent by another',
  mechanisms: ['M23'],
  async run(world) {
    if (world.changingRoutes.length === 0) return [];
    const [ada, bob] = await world.people(2);
    const again = await world.login(world.browser(bob.account));
    for (const route of world.changingRoutes) {
      for (const name of await namesThatDiffer(world, route, [bob, again])) {
        const found = await sendsOther(world, route, name, { ada, bob });
        if (found !== null) return [found];
      }
    }
    return [];
  },
};

/** What is the same in two sessions of one person is no token of a session. */
async function namesThatDiffer(world: World, route: Route, [one, other]: readonly [Person, Person]): Promise<string[]> {
  const [first, second] = [await tokensOnPages(world, one, route), await tokensOnPages(world, other, route)];
  return [...first].filter(([name, { value }]) => second.get(name)?.value !== value).map(([name]) => name);
}

async function sendsOther(
  world: World,
  route: Route,
  name: string,
  { ada, bob }: { readonly ada: Person; readonly bob: Person },
): Promise<NewFinding | null> {
  const tokenOf = async (person: Person) => (await tokensOnPages(world, person, route)).get(name);
  const send = async (change: (own: Carried) => string | undefined) => {
    const own = await tokenOf(bob);
    const value = own === undefined ? undefined : change(own);
    return own === undefined || value === undefined ? null : bob.ask(carriedBy(route, { ...own, value }));
  };
  const own = await send(({ value }) => value);
  const none = await send(({ value }) => garbled(value));
  if (own === null || none === null || !isAccepted(own) || outcomeOf(own) === outcomeOf(none)) return null;
  const hers = (await tokenOf(ada))?.value;
  const other = await send(() => hers);
  if (other === null || outcomeOf(other) !== outcomeOf(own)) return null;
  return {
    mechanism: 'M23',
    title: `${bob.label} could send ${route.label} with the token of ${ada.label}`,
    owner: ada.label,
    receiver: bob.label,
    exchanges: [own, none, other].map((exchange) => world.journal.show(exchange)),
    leak: {
      where: 'side effect',
      name,
      offset: null,
      excerpt: `${name}=${hashOf(hers ?? '')}, accepted from ${bob.label}`,
    },
    detail: DETAIL,
  };
}

/** Status and where it leads to. */
function outcomeOf({ answer }: Exchange): string {
  const [location = ''] = valuesOf(answer?.headers ?? [], 'location');
  return `${answer?.status} ${location.replace(/\?.*$/, '')}`;
}

/** As long, of the same characters, and nobody's. */
function garbled(value: string): string {
  return [...value]
    .reverse()
    .join('')
    .replace(/[a-y0-8]/gi, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1));
}

const DETAIL =
  'Bob sent the form with his own token, which was taken; with one that nobody had been given, which was refused; and with the one of ' +
  "ada's page, which was taken: whoever has an account has a token that works for everybody. Bind it to the session that it was made for.";
