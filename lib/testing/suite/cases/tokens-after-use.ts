/** A token is used, listed and used again: what only reads it, or notes its use, must not change what it is. */
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf } from '../../../evidence/marks.js';
import { hashOf } from '../../../evidence/shown.js';
import { type FoundToken, findToken } from '../../world/found-token.js';
import type { Person } from '../../world/person.js';
import { bodyOf } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { World } from '../../world/world.js';

const TIMES = 3;
const MOST_NAMES = 3;
const NOTHING = ['', 'null', 'undefined', '***', '********', '[redacted]', '[REDACTED]'];

export const tokensAfterUse: SuiteCase = {
  title: 'a token that was used and listed, and a password after visits',
  mechanisms: ['M20'],
  async run(world) {
    const [ada] = await world.people(2);
    const token = await tokenOf(world, ada);
    if (token !== null) {
      const found = await worn(world, ada, token);
      if (found !== null) return [found];
    } else {
      world.remark({ what: 'credentials beside the session, as API tokens', mechanisms: [], why: NO_TOKENS });
    }
    return passwordAfterVisits(world);
  },
};

const NO_TOKENS =
  'no POST among the routes answers a secret that another route takes: name both routes, or give tokens: { create, verify, touch }';

async function tokenOf(world: World, ada: Person): Promise<FoundToken | null> {
  const { tokens } = world.options;
  if (tokens === undefined) return findToken(world, ada);
  const secret = await tokens.create(ada);
  const good = await tokens.verify(secret);
  return good ? { secret, where: 'tokens', verify: (other) => tokens.verify(other), names: [] } : null;
}

/** It has been accepted once by now. */
async function worn(world: World, ada: Person, token: FoundToken): Promise<NewFinding | null> {
  const { secret, where, verify } = token;
  for (let time = 0; time < TIMES; time++) {
    const [blank] = await goodOnes(blanked(secret), verify);
    if (blank !== undefined)
      return findingOf(
        ada,
        where,
        `After that, ${JSON.stringify(shownBlank(blank, secret))} was accepted in its place.`,
      );
    if (!(await verify(secret))) return refused(world, ada, token);
    for (const route of world.safeRoutes) await ada.ask(route);
    await world.options.tokens?.touch?.(ada);
  }
  return null;
}

/** A token that works once is gone then; one that is still listed was to go on working. */
async function refused(world: World, ada: Person, { where, names }: FoundToken): Promise<NewFinding> {
  const pages: string[] = [];
  for (const route of world.safeRoutes) pages.push(bodyOf(await ada.ask(route)));
  const listed =
    world.options.tokens !== undefined || names.some((name) => pages.some((page) => offsetOf(page, name) >= 0));
  const found = findingOf(ada, where, 'After that, the secret itself was refused, though nobody had changed it.');
  return listed ? found : { ...found, certainty: 'warning' };
}

/** What a redacted record may hold: nothing, or what stands for a secret; also behind the part that names the token. */
function blanked(secret: string): string[] {
  const blanks = ['', ...namesIn(secret)].flatMap((prefix) => NOTHING.map((nothing) => `${prefix}${nothing}`));
  // A random secret may end in a separator, and is then what stands in front of it.
  return blanks.filter((blank) => blank !== secret);
}

/** What stands in front of each of the first separators. */
function namesIn(secret: string): string[] {
  return [...secret.matchAll(/[.:_-]/g)].slice(0, MOST_NAMES).map(({ index }) => secret.slice(0, index + 1));
}

/** Without the part that could be of the secret. */
function shownBlank(blank: string, secret: string): string {
  const prefix = namesIn(secret).findLast((name) => blank.startsWith(name)) ?? '';
  return prefix === '' ? blank : `${hashOf(prefix)}${blank.slice(prefix.length)}`;
}

async function goodOnes(secrets: readonly string[], verify: FoundToken['verify']): Promise<string[]> {
  const good: string[] = [];
  for (const secret of secrets) if (await verify(secret)) good.push(secret);
  return good;
}

/** The password is a credential as well, and its record is what last-seen is written into. */
async function passwordAfterVisits(world: World): Promise<NewFinding[]> {
  const [ada, bob] = await world.people(2);
  for (const route of [...world.safeRoutes, ...world.safeRoutes]) await ada.ask(route);
  const again = await canLogIn(world, ada);
  if (again || !(await canLogIn(world, bob))) return [];
  return [
    findingOf(
      ada,
      'login',
      'Ada visited every page, and could then not log in any more; bob, who had visited none, could.',
    ),
  ];
}

async function canLogIn(world: World, person: Person): Promise<boolean> {
  return world.login(world.browser(person.account)).then(
    () => true,
    () => false,
  );
}

function findingOf({ label }: Person, where: string, detail: string): NewFinding {
  return {
    mechanism: 'M20',
    title: `a credential of ${label} was changed by being used`,
    owner: label,
    receiver: null,
    exchanges: [],
    leak: { where: 'side effect', name: where, offset: null, excerpt: 'verified before, not as it should afterwards' },
    detail: `${label} had a good credential (${where}), it was used, and the pages that show it were visited. ${detail}`,
  };
}
