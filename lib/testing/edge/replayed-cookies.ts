/** Cookies that a cache gave to somebody else: does the session in them work there? */
import type { NewFinding } from '../../evidence/finding.js';
import { hashOf } from '../../evidence/shown.js';
import { readDirectives } from '../cache-sim/cache-control.js';
import { endsLikeAFile } from '../cache-sim/judgement.js';
import { identityCookies } from '../world/identity-cookies.js';
import type { Person } from '../world/person.js';
import { isTakenFor } from '../world/say-who.js';
import type { World } from '../world/world.js';
import type { CookieLeak } from './leaks.js';

/** A shorter value is a setting, not a secret. */
const SHORTEST_SECRET = 16;

type Judged = readonly [leak: CookieLeak, as: keyof typeof WEIGHT];

/** @param owner whose cookies they were */
export async function cookieFindings(world: World, owner: Person, leaks: readonly CookieLeak[]): Promise<NewFinding[]> {
  if (leaks.length === 0) return [];
  const names = await identityCookies(world, owner);
  const judged: Judged[] = [];
  for (const leak of oneOfEach(leaks)) {
    const as = await judge(world, leak, names, leaks);
    if (as !== null) judged.push([leak, as]);
  }
  const proved = judged.filter(([, as]) => !WARNINGS.has(as));
  if (proved.length > 0) return [cookieFinding(world, proved)];
  return judged.length > 0 ? [cookieFinding(world, judged)] : [];
}

/** By path, front and receiver. */
function oneOfEach(leaks: readonly CookieLeak[]): CookieLeak[] {
  const keyOf = ({ target, front, to, name }: CookieLeak) =>
    JSON.stringify([target.path, front.profile.name, to.asker, name]);
  return [...new Map(leaks.map((leak) => [keyOf(leak), leak])).values()];
}

async function judge(
  world: World,
  leak: CookieLeak,
  names: readonly string[],
  all: readonly CookieLeak[],
): Promise<Judged[1] | null> {
  const { front, of, to, target, name, line } = leak;
  const receiver = world.nobody();
  for (const other of all.filter((one) => one.to === to)) receiver.jar.store(other.line, receiver.origin);
  if (of.asker !== null && (await isTakenFor(world, receiver)) === of.asker) {
    return front.profile.heedsOrigin || !isForbidden(of, target.path) ? 'usable' : 'disobeyed';
  }
  if (!front.profile.heedsOrigin) return null;
  if (names.includes(name)) return of.asker === null && !saysItself(of) ? 'visitors' : 'session';
  return (line.split(';')[0] ?? '').length - name.length > SHORTEST_SECRET ? 'secret' : null;
}

/** The app has said what it could: a page that must not be kept. Of files caches keep more than they are told. */
function isForbidden({ answer }: CookieLeak['of'], path: string): boolean {
  const says = readDirectives(answer?.headers ?? [], 'cache-control');
  const isFile = answer?.status === 200 && endsLikeAFile(path);
  return !isFile && ['private', 'no-store', 'no-cache'].some((name) => says.has(name));
}

/** The app has said that the response may be kept. */
function saysItself({ answer }: CookieLeak['of']): boolean {
  const says = readDirectives(answer?.headers ?? [], 'cache-control');
  return says.has('public') || ['max-age', 's-maxage'].some((name) => (says.seconds(name) ?? 0) > 0);
}

function cookieFinding(world: World, judged: readonly Judged[]): NewFinding {
  const [[leak, as]] = [...judged].sort((a, b) => weightOf(a) - weightOf(b)) as [Judged];
  const { of, to, front, how, target, name, line } = leak;
  const pages = [...new Set(judged.map(([one]) => one.target.path))];
  const receiver = to.asker ?? 'somebody without a session';
  return {
    mechanism: 'M12',
    certainty: WARNINGS.has(as) ? 'warning' : 'proved',
    title: `${receiver} was given the cookie ${name} of ${of.asker ?? 'another visitor'} by GET ${target.path} behind a cache`,
    owner: of.asker,
    receiver: to.asker,
    exchanges: [of, to].map((exchange) => world.journal.show(exchange)),
    leak: {
      where: 'cookie',
      name,
      offset: null,
      excerpt: `${name}=${hashOf((line.split(';')[0] ?? '').slice(name.length + 1))}`,
    },
    detail:
      `Both asked ${how}, and the cache, which ${front.profile.title}, gave the second the Set-Cookie of the first ` +
      `(${front.profile.incident}). ${MEANS[as]} Pages: ${pages.join(', ')}.${cachesOf(judged)}`,
  };
}

function cachesOf(judged: readonly Judged[]): string {
  const named = (heeding: boolean) =>
    judged
      .filter(([{ front }]) => front.profile.heedsOrigin === heeding)
      .map(([{ front }]) => `${front.profile.number} ${front.profile.name}`);
  const [heeding, careless] = [new Set(named(true)), new Set(named(false))];
  return (
    (heeding.size > 0 ? ` Modelled caches that heed what an app says: ${[...heeding].join(', ')}.` : '') +
    (careless.size > 0
      ? ` Modelled caches that heed nothing: ${[...careless].join(', ')}; there only a response without the cookie is safe.`
      : '')
  );
}

/** What weighs most comes first: an app can help a cache that heeds it. */
function weightOf([{ front }, as]: Judged): number {
  return WEIGHT[as] + (front.profile.heedsOrigin ? 0 : 0.5);
}

const WEIGHT = { usable: 0, session: 1, disobeyed: 2, visitors: 3, secret: 4 } as const;
/** Nobody is logged in in it yet, or never will be; or it takes a cache that does the opposite of what it is told. */
const WARNINGS: ReadonlySet<string> = new Set(['disobeyed', 'visitors', 'secret']);
const MEANS = {
  usable: 'With nothing but that cookie, the app takes the receiver for its owner.',
  session: 'It is the cookie of the session: two browsers share one from then on, whoever logs in in it.',
  disobeyed:
    'With nothing but that cookie, the app takes the receiver for its owner. The page says that it must not be kept; a cache that takes no ' +
    'notice of that gives the session away for as long as ordinary pages set its cookie again.',
  visitors:
    'It is the cookie of the session, of visitors who are not logged in: they share one, until a login gives them ids of their own. Caches ' +
    'that keep what says nothing may do so.',
  secret:
    'It differs from browser to browser, though it is not the session: a CSRF secret or a visitor number is shared.',
} as const;
