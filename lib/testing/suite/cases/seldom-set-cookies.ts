/**
 * Session cookies that are set seldom, behind caches: on the first question of a session, or when it is some time old. Each page is the
 * first that a fresh session asks for, since an earlier question would hide it, and the clock is put ahead in between.
 */
import type { Exchange } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import { judge } from '../../cache-sim/judgement.js';
import { behindCaches, type Front } from '../../edge/fronts.js';
import { type CookieLeak, cookieLeaks } from '../../edge/leaks.js';
import { cookieFindings } from '../../edge/replayed-cookies.js';
import { setsCookie, type Target, targetsOf } from '../../edge/targets.js';
import { withClockAhead } from '../../inside/stubbed-sources.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { World } from '../../world/world.js';

const MINUTE = 60_000;

/** How old a session is when it is first used. Sessions of most apps last a day or longer. */
const AGES = [
  [0, 'had just begun'],
  [MINUTE, 'was a minute old'],
  [30 * MINUTE, 'was half an hour old'],
  [12 * 60 * MINUTE, 'was half a day old'],
] as const;
type Age = (typeof AGES)[number];

const MOST_PAGES = 6;

export const seldomSetCookies: SuiteCase = {
  title: 'the first question of a session, fresh or some time old, behind caches that keep the page',
  mechanisms: ['M12'],
  async run(world) {
    const [ada] = await world.people(2);
    const targets = (await targetsOf(world, ada)).filter(({ path }) => !world.explained(path));
    return behindCaches(world, async (fronts) => {
      const kept = targets.filter(({ plain }) => fronts.some((front) => keeps(front, plain))).slice(0, MOST_PAGES);
      for (const age of world.inProcess ? AGES : AGES.slice(0, 1)) {
        for (const target of kept) {
          const found = await atAge(world, fronts, target, age);
          if (found.length > 0) return found;
        }
      }
      return [];
    });
  },
};

/** A cache that does as it is told would give the answer to somebody else. */
function keeps({ profile }: Front, { question, answer }: Exchange): boolean {
  if (answer === null || !profile.heedsOrigin) return false;
  return judge(question, answer, profile.rules).keep;
}

async function atAge(
  world: World,
  fronts: readonly Front[],
  target: Target,
  [age, inWords]: Age,
): Promise<NewFinding[]> {
  const [first, own] = [await askedFirst(world, 0, target, age), await askedFirst(world, 1, target, age)];
  if (!setsCookie(first)) return [];
  const leaks: CookieLeak[] = [];
  for (const front of fronts.filter((one) => keeps(one, first))) {
    front.cache.purge();
    const [ada, bob] = await world.people(2);
    const how = `one after the other, the first with a session that ${inWords}`;
    leaks.push(
      ...(await withClockAhead(age, async () => {
        const of = await front.ask(ada, target.route);
        const to = await front.ask(bob, target.route);
        return cookieLeaks({ target, front, how, of, to }, [own]);
      })),
    );
  }
  const owner = await world.login(world.browser(world.account(0)));
  const found = await withClockAhead(age, () => cookieFindings(world, owner, leaks));
  return found.filter(({ certainty }) => certainty !== 'warning');
}

/** By a session that has asked for nothing else. */
async function askedFirst(world: World, account: 0 | 1, { route }: Target, age: number): Promise<Exchange> {
  const person = await world.login(world.browser(world.account(account)));
  return withClockAhead(age, () => person.ask(route));
}
