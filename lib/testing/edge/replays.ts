/** How two people come to share a cache: one after the other, at once, while the app is away, with a cookie that comes twice. */
import type { Exchange, Question } from '../../evidence/exchange.js';
import type { Person } from '../world/person.js';
import type { World } from '../world/world.js';
import type { Front } from './fronts.js';
import { type BodyLeak, bodyLeak, type CookieLeak, cookieLeaks } from './leaks.js';
import type { Target } from './targets.js';

export interface Leaks {
  readonly bodies: readonly BodyLeak[];
  readonly cookies: readonly CookieLeak[];
}

export interface Pair {
  readonly ada: Person;
  readonly bob: Person;
}

/** What ada left in this cache for bob, and for somebody without a session. */
export async function replay(world: World, front: Front, target: Target, pair: Pair): Promise<Leaks> {
  const ada = target.as ?? pair.ada;
  const receivers = [ada.label === pair.bob.label ? pair.ada : pair.bob, world.nobody()];
  // What the app sets for them there when nothing is in between.
  const own: Exchange[] = [];
  for (const receiver of target.setsCookie ? receivers : [])
    own.push(await withoutKeeping(world, receiver, target.route));
  const bodies: BodyLeak[] = [];
  const cookies: CookieLeak[] = [];
  for (const way of waysFor(front)) {
    front.cache.purge();
    if (target.after !== null) await ada.ask(target.after);
    for (const { how, of, to } of await way(front, target.route, ada, receivers)) {
      bodies.push(...bodyLeak(world, { target, front, how, of, to }));
      cookies.push(...cookieLeaks({ target, front, how, of, to }, own));
    }
  }
  if (target.welcome !== null && front.profile.heedsOrigin) cookies.push(...(await ofVisitors(world, front, target)));
  return { bodies, cookies };
}

/** Two who come for the first time: each is set cookies, and they must not be the same. */
async function ofVisitors(world: World, front: Front, target: Target): Promise<CookieLeak[]> {
  front.cache.purge();
  const of = await front.ask(world.nobody(), target.route);
  const to = await front.ask(world.nobody(), target.route);
  return cookieLeaks(
    { target, front, how: 'for the first time, one after the other', of, to },
    target.welcome === null ? [] : [target.welcome],
  );
}

interface Asked {
  readonly how: string;
  readonly of: Exchange;
  readonly to: Exchange;
}

type Way = (front: Front, question: Question, ada: Person, receivers: readonly Person[]) => Promise<Asked[]>;

function waysFor({ profile: { rules, heedsOrigin } }: Front): Way[] {
  return [
    inTurn,
    ...(rules.collapse ? [atOnce] : []),
    ...(rules.staleOnError ? [whileAway] : []),
    ...(rules.identity === 'cookie' ? [cookieTwice] : []),
    ...(rules.headAsGet && !heedsOrigin ? [headFirst] : []),
  ];
}

const inTurn: Way = async (front, question, ada, receivers) => {
  const of = await front.ask(ada, question);
  return each('one after the other', of, receivers, (receiver) => front.ask(receiver, question));
};

const atOnce: Way = async (front, question, ada, [bob]) => {
  if (bob === undefined) return [];
  front.cache.gather(2);
  const first = front.ask(ada, question);
  const [of, to] = await Promise.all([first, front.ask(bob, question)]);
  front.cache.gather(1);
  const pairs = [
    { of, to },
    { of: to, to: of },
  ];
  return pairs.map((pair) => ({ how: 'at the same time', ...pair }));
};

const whileAway: Way = async (front, question, ada, receivers) => {
  const of = await front.ask(ada, question);
  front.cache.cutOff(true);
  const asked = await each('the second while the app did not answer', of, receivers, (one) => front.ask(one, question));
  front.cache.cutOff(false);
  return asked;
};

/** As a browser does that has the cookie for two paths or domains. */
const cookieTwice: Way = async (front, question, ada, receivers) => {
  const cookie = ada.jar.header(new URL(question.path, ada.origin));
  const [name = ''] = cookie.split('=');
  const twice = [...(question.headers ?? []), ['Cookie', `${cookie}; ${name}=before`] as const];
  const of = await front.ask(ada, { ...question, headers: twice });
  return each('the first with a cookie that came twice', of, receivers.slice(1), (one) => front.ask(one, question));
};

const headFirst: Way = async (front, question, ada, receivers) => {
  const of = await front.ask(ada, { ...question, method: 'HEAD' });
  return each('the first by HEAD', of, receivers, (receiver) => front.ask(receiver, question));
};

async function each(
  how: string,
  of: Exchange,
  receivers: readonly Person[],
  ask: (receiver: Person) => Promise<Exchange>,
): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const receiver of receivers) asked.push({ how, of, to: await ask(receiver) });
  return asked;
}

/** Asked past the cache, by a browser that does not keep what it is given. */
async function withoutKeeping(world: World, person: Person, question: Question): Promise<Exchange> {
  const cookie = person.jar.header(new URL(question.path, person.origin));
  const other = world.browser(person.account);
  const headers = cookie === '' ? [] : [['Cookie', cookie] as const];
  return other.ask({ ...question, headers: [...(question.headers ?? []), ...headers] });
}
