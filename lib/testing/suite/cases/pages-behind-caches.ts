/**
 * Every page behind every modelled cache, for two people and somebody without a session. What a cache that heeds the origin
 * gives to the wrong one is the app's doing, and so is a session that works for whoever received its cookie. A body that leaks
 * from a cache that heeds nobody is nobody's fault here; it is remarked on.
 */
import type { NewFinding } from '../../../evidence/finding.js';
import { judge } from '../../cache-sim/judgement.js';
import { askedByOthers } from '../../edge/asked-by-others.js';
import { askedOtherwise } from '../../edge/asked-otherwise.js';
import { causeOf } from '../../edge/causes.js';
import { behindCaches, type Front } from '../../edge/fronts.js';
import type { BodyLeak } from '../../edge/leaks.js';
import { cookieFindings } from '../../edge/replayed-cookies.js';
import { type Pair, replay } from '../../edge/replays.js';
import { type Target, targetsAfter, targetsOf } from '../../edge/targets.js';
import type { Person } from '../../world/person.js';
import type { SuiteCase } from '../../world/suite-case.js';
import { swapFinding } from '../../world/swap-finding.js';
import type { World } from '../../world/world.js';

/** Some of whom may be shown more than others. */
const MOST_PEOPLE: number = 4;

export const pagesBehindCaches: SuiteCase = {
  title: 'every page of two people and a stranger behind fourteen caches',
  mechanisms: ['M11', 'M12', 'M13', 'M14'],
  async run(world) {
    const [ada, bob, ...more] = (await world.people(MOST_PEOPLE)) as [Person, Person, ...Person[]];
    const first = await askedOtherwise(world, ada, await targetsOf(world, ada));
    const others = await askedByOthers(world, [bob, ...more], first);
    const targets = [...first, ...others, ...(await targetsAfter(world, ada, first))];
    const { bodies, cookies } = await leaksOf(world, { ada, bob }, targets);
    const heeded = bodies.filter(({ front }) => front.profile.heedsOrigin);
    remarkOnTheRest(world, bodies, heeded);
    return [...bodyFindings(world, heeded, targets), ...(await cookieFindings(world, ada, cookies))];
  },
};

async function leaksOf(world: World, pair: Pair, targets: readonly Target[]) {
  return behindCaches(world, async (fronts) => {
    const leaks = [];
    for (const target of targets.filter(isWorthReplaying)) {
      for (const front of fronts.filter((one) => isWorthAsking(one, target))) {
        leaks.push(await replay(world, front, target, pair));
      }
    }
    return {
      bodies: leaks.flatMap(({ bodies }) => bodies),
      cookies: leaks.flatMap(({ cookies }) => cookies),
    };
  });
}

function isWorthReplaying({ personal, setsCookie, welcome }: Target): boolean {
  return personal || setsCookie || welcome !== null;
}

/** Always asked, whatever a page seemed to say when it was asked first: it may say another thing every time. */
const ALWAYS = ['rfc9111', 'min-ttl', 'collapse', 'default-on'];

/** Where the head leaves no doubt, a few caches stand for all. */
function isWorthAsking({ profile }: Front, { route, plain, setsCookie, welcome }: Target): boolean {
  if (ALWAYS.includes(profile.name)) return true;
  if (!profile.heedsOrigin) return setsCookie && profile.rules.paths === 'all';
  return [plain, welcome].some((exchange) => {
    if (exchange?.answer == null) return false;
    const { keep, share } = judge({ ...route, headers: exchange.question.headers }, exchange.answer, profile.rules);
    return keep || share;
  });
}

/** One finding for each cause: what an app forgot, it mostly forgot on many pages. */
function bodyFindings(world: World, leaks: readonly BodyLeak[], targets: readonly Target[]): NewFinding[] {
  const byCause = new Map<string, { readonly cause: ReturnType<typeof causeOf>; readonly leaks: BodyLeak[] }>();
  for (const target of targets) {
    const [first, ...rest] = leaks.filter((leak) => leak.target === target);
    if (first === undefined || world.explained(target.path)) continue;
    const cause = causeOf([first, ...rest], targets);
    const key = `${cause.mechanism} ${cause.why}`;
    const known = byCause.get(key) ?? { cause, leaks: [] };
    known.leaks.push(first, ...rest);
    byCause.set(key, known);
  }
  return [...byCause.values()].map((same) => bodyFinding(world, same.cause, same.leaks));
}

function bodyFinding(
  world: World,
  { mechanism, why }: ReturnType<typeof causeOf>,
  leaks: readonly BodyLeak[],
): NewFinding {
  const [{ of, to, sighting, front, how, target }] = leaks as [BodyLeak, ...BodyLeak[]];
  const pages = unique(leaks.map((leak) => leak.target.path)).filter((path) => path !== target.path);
  const caches = unique(leaks.map((leak) => `${leak.front.profile.number} ${leak.front.profile.name}`));
  const detail =
    `${why}. Both asked ${how}, and the cache, which ${front.profile.title}, gave the second what the first had got ` +
    `(${front.profile.incident}). Modelled caches that did so: ${caches.join(', ')}; all of them heed what the app says.` +
    (pages.length > 0 ? ` The same on ${pages.join(', ')}.` : '');
  return { ...swapFinding(world, { mechanism, of, to, sighting, detail }), alsoExplains: pages };
}

/** Caches that heed nobody: no header would have helped, and the report says so. */
function remarkOnTheRest(world: World, bodies: readonly BodyLeak[], heeded: readonly BodyLeak[]): void {
  const careless = bodies.filter(({ front, target }) => {
    return !front.profile.heedsOrigin && !heeded.some((leak) => leak.target === target);
  });
  if (careless.length === 0) return;
  const caches = unique(careless.map(({ front }) => `${front.profile.number} ${front.profile.name}`));
  const pages = unique(careless.map(({ target }) => target.path));
  world.remark({
    what: `bodies of ${pages.join(', ')} behind caches that take no notice of headers (${caches.join(', ')})`,
    mechanisms: [],
    why:
      'no header of any app keeps a body out of such a cache, and each of these gave the page to somebody else: that is no finding, ' +
      'a session that became usable would be one. Only a POST, or a path of its own for each user, is safe there; `npx swapproof ' +
      'doctor` tells whether such a cache stands in front of yours',
  });
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
