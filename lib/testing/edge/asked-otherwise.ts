/**
 * The same pages of the same person, asked in other ways: for data instead of a page, by a script, with one of the cookies alone, after a
 * login by the form. What a page says about caching must not hang on any of them.
 */
import type { Exchange, HeaderLine } from '../../evidence/exchange.js';
import { pairsOf } from '../world/identity-cookies.js';
import { tryToLogIn } from '../world/log-in.js';
import type { Person } from '../world/person.js';
import { isTakenFor } from '../world/say-who.js';
import type { World } from '../world/world.js';
import { isPersonal, saysPrivate, type Target } from './targets.js';

interface Way {
  readonly person: Person;
  readonly headers: readonly HeaderLine[];
}

const HEADERS: readonly (readonly HeaderLine[])[] = [
  [['Accept', 'application/json']],
  [['Accept', 'text/html']],
  [['X-Requested-With', 'XMLHttpRequest']],
  [['Accept-Encoding', 'gzip']],
  [['If-None-Match', '"none"']],
  [['Sec-Purpose', 'prefetch']],
];
const MOST_COOKIES = 6;
const FORM = '/login';

/** Those of `targets`, each with what it says otherwise; and those that say that they are private, and otherwise do not. */
export async function askedOtherwise(world: World, ada: Person, targets: readonly Target[]): Promise<Target[]> {
  const ways = [...HEADERS.map((headers) => ({ person: ada, headers })), ...(await otherCredentials(world, ada))];
  const all: Target[] = [];
  for (const target of targets) {
    const answers = target.personal && target.after === null ? await answersBy(world, ways, target) : [];
    const strict = [target.plain, ...answers.map(({ plain }) => plain)].filter(saysPrivate);
    const loose = saysPrivate(target.plain) ? answers.filter(({ plain }) => !saysPrivate(plain)).slice(0, 1) : [];
    all.push(
      { ...target, otherwise: strict.slice(0, 1) },
      ...loose.map((one) => ({ ...one, otherwise: [target.plain] })),
    );
  }
  return all;
}

async function answersBy(world: World, ways: readonly Way[], target: Target): Promise<Target[]> {
  const answers: Target[] = [];
  for (const { person, headers } of ways) {
    const route = { ...target.route, headers: [...target.route.headers, ...headers] };
    const plain: Exchange = await person.ask(route);
    if (isPersonal(world, plain, target.open))
      answers.push({ ...target, route, plain, as: person, setsCookie: false, welcome: null });
  }
  return answers;
}

/** A cookie that is enough by itself, as one that remembers; and whoever comes by the form, if the login goes another way. */
async function otherCredentials(world: World, ada: Person): Promise<Way[]> {
  const people: Person[] = [];
  const pairs = pairsOf(ada);
  for (const [name, value] of pairs.length > 1 ? pairs.slice(0, MOST_COOKIES) : []) {
    const alone = world.browser(ada.account);
    alone.wear({ Cookie: `${name}=${value}` });
    people.push(alone);
  }
  const { login } = world.options;
  if (typeof login !== 'string' && (typeof login === 'function' || login.path !== FORM)) {
    const byForm = world.browser(ada.account);
    await tryToLogIn(byForm, FORM);
    people.push(byForm);
  }
  const known: Way[] = [];
  for (const person of people) if ((await isTakenFor(world, person)) === ada.label) known.push({ person, headers: [] });
  return known;
}
