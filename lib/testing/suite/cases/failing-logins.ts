/**
 * Two people log in, and for both the same thing fails, one thing at a time. What an app goes on with in its place, as an id that is
 * undefined, is the same for both: they must not be given one session.
 */
import type { Question } from '../../../evidence/exchange.js';
import type { NewFinding } from '../../../evidence/finding.js';
import type { Stage } from '../../inside/stage.js';
import type { Person } from '../../world/person.js';
import { isTakenFor } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { World } from '../../world/world.js';
import { MOST_STOPS, onStage, unableOnStage } from './on-stage.js';

export const failingLogins: SuiteCase = {
  title: 'two logins, for both of which the same await fails',
  mechanisms: ['M8'],
  unable: unableOnStage,
  async run(world) {
    if (world.known.some(({ mechanism }) => mechanism === 'M22')) return [];
    const people = await world.people(2);
    const [one, other] = people.map((person) => sentByLogin(world, person));
    if (one === undefined || other === undefined) return [];
    return onStage(world, async (stage) => {
      for (let at = 0; at < MOST_STOPS; at++) {
        const [ada, where] = await failed(world, stage, at, people[0], one);
        if (where === null) break;
        const [bob] = await failed(world, stage, at, people[1], other);
        if ((await isTakenFor(world, ada.copy())) === bob.label) return [findingOf(ada, bob, where)];
      }
      return [];
    });
  },
};

/** The request by which this person has just logged in. */
function sentByLogin({ journal }: World, { label }: Person): Question | undefined {
  return journal.last.findLast(({ asker, question }) => asker === label && question.method === 'POST')?.question;
}

/** In a browser of its own; null where the login did not come by so many stops. */
async function failed(
  world: World,
  stage: Stage,
  at: number,
  { account }: Person,
  { method = 'POST', path, headers = [], body }: Question,
): Promise<readonly [Person, where: string | null]> {
  const browser = world.browser(account);
  const plain = headers.filter(([name]) => !/^(?:cookie|origin|sec-fetch-site)$/i.test(name));
  const held = await stage.hold(at, () =>
    browser.ask({ method, path, headers: plain, ...(body !== undefined && { body }) }),
  );
  if (held.stop !== null) held.fail();
  await held.end();
  return [browser, held.stop?.where ?? null];
}

function findingOf({ label }: Person, bob: Person, where: string): NewFinding {
  return {
    mechanism: 'M8',
    title: `${label} and ${bob.label} were given one session when their logins failed at the same place`,
    owner: bob.label,
    receiver: label,
    exchanges: [],
    leak: {
      where: 'side effect',
      name: null,
      offset: null,
      excerpt: `whoami in the browser of ${label}: ${bob.label}`,
    },
    at: where,
    detail: DETAIL,
  };
}

const DETAIL =
  'What both logins waited for failed, and instead of refusing them the app went on with something that is the same for both, as an id that is ' +
  'undefined: the later one became the session of the earlier one. A login without an id of its own must fail.';
