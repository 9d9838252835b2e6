/** A token is used, listed and used again: what only reads it, or notes its use, must not change what it is. */
import type { NewFinding } from '../../../evidence/finding.js';
import { offsetOf } from '../../../evidence/marks.js';
import { hashOf } from '../../../evidence/shown.js';
import { inTurn } from '../../world/ask-all.js';
import { type FoundToken, findToken } from '../../world/found-token.js';
import type { Person } from '../../world/person.js';
import { bodyOf } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { World } from '../../world/world.js';
import { changedBeside, renewed } from './changed-beside.js';
import { changedByUse } from './changed-by-use.js';

const TIMES = 3;
const MOST_NAMES = 3;
const NOTHING = ['', 'null', 'undefined', '***', '********', '[redacted]', '[REDACTED]'];

export const tokensAfterUse: SuiteCase = {
  title: 'a token that was used, listed, and there while something else was changed',
  mechanisms: ['M20'],
  async run(world) {
    const [ada] = await world.people(2);
    const token = await tokenOf(world, ada);
    if (token !== null) {
      const found = (await worn(world, ada, token)) ?? (await changedBeside(world, ada, token));
      return found === null ? [] : [found];
    }
    world.remark({ what: 'credentials beside the session, as API tokens', mechanisms: [], why: NO_TOKENS });
    return [];
  },
};

const NO_TOKENS =
  'no route answers a secret that another route takes: name both routes, or give tokens: { create, verify, touch }';

async function tokenOf(world: World, ada: Person): Promise<FoundToken | null> {
  const { tokens } = world.options;
  if (tokens === undefined) return findToken(world, ada);
  const secret = await tokens.create(ada);
  const good = await tokens.verify(secret);
  return good ? { secret, where: 'tokens', verify: (other) => tokens.verify(other), ...GIVEN } : null;
}

const GIVEN = { names: [], source: null, shown: async () => null };

/** It has been accepted once by now. */
async function worn(world: World, ada: Person, token: FoundToken): Promise<NewFinding | null> {
  const { secret, where, verify } = token;
  for (let time = 0; time < TIMES; time++) {
    const [blank] = await goodOnes(blanked(secret), verify);
    if (blank !== undefined)
      return changedByUse(
        ada.label,
        where,
        `It was used, and the pages that show it were visited. After that, ${JSON.stringify(shownBlank(blank, secret))} was accepted in its place.`,
      );
    if (!(await verify(secret))) return refused(world, ada, token);
    await inTurn(ada, world.safeRoutes);
    await world.options.tokens?.touch?.(ada);
  }
  return null;
}

/** A token that works once is gone then, or there is another one; one that is still listed was to go on working. */
async function refused(world: World, ada: Person, token: FoundToken): Promise<NewFinding | null> {
  const { where, names, source, shown } = token;
  if (source?.method === 'GET' && ((await shown()) === null || (await renewed(token)) !== null)) return null;
  const pages = (await inTurn(ada, world.safeRoutes)).map(bodyOf);
  const listed =
    world.options.tokens !== undefined || names.some((name) => pages.some((page) => offsetOf(page, name) >= 0));
  const found = changedByUse(
    ada.label,
    where,
    'It was used, and the pages that show it were visited. After that, the secret itself was refused, though nobody had changed it.',
  );
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
