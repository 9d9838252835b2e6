/** Where session ids come from: two logins while the clock stands still, or while Math.random repeats itself; the next number. */
import { createHash } from 'node:crypto';
import type { NewFinding } from '../../../evidence/finding.js';
import { withRepeatedRandom, withStoppedClock } from '../../inside/stubbed-sources.js';
import { identityCookies, pairsOf } from '../../world/identity-cookies.js';
import type { Person } from '../../world/person.js';
import { isTakenFor } from '../../world/say-who.js';
import type { SuiteCase } from '../../world/suite-case.js';
import type { World } from '../../world/world.js';

export const sessionIds: SuiteCase = {
  title: 'session ids while the clock stands still, while Math.random repeats itself, and the next number',
  mechanisms: ['M22'],
  async run(world) {
    const found = [
      await twoAlike(world),
      await madeOfTheUser(world),
      await guessed(world),
      ...(world.inProcess ? [await collided(world, 'clock'), await collided(world, 'random')] : []),
    ];
    return found.flatMap((finding) => (finding === null ? [] : [finding])).slice(0, 1);
  },
};

/** Two logins, one after the other: an id that is made of less than a session has collides at once, sooner or later. */
async function twoAlike(world: World): Promise<NewFinding | null> {
  const [ada, bob] = await world.people(2);
  const [name, ...more] = pairsOf(bob).filter(([, value]) => value !== '');
  if (name === undefined || more.length > 0 || ada.jar.header(ada.origin) !== bob.jar.header(bob.origin)) return null;
  if ((await isTakenFor(world, ada.copy())) !== bob.label) return null;
  const explains = [...world.safeRoutes, ...(world.whoami === null ? [] : [world.whoami])].map(({ path }) => path);
  return { ...findingOf(ada, bob, { certainty: 'proved', detail: ALIKE }), alsoExplains: explains };
}

/** The name itself, or a hash of it, is no secret, however long it is. */
async function madeOfTheUser(world: World): Promise<NewFinding | null> {
  const [, bob] = await world.people(2);
  const [name, ...more] = await identityCookies(world, bob);
  if (name === undefined || more.length > 0) return null;
  const cookie = decodeURIComponent(cookieOf(bob, name));
  const known = Object.values(bob.user).filter((value) => typeof value === 'string' && value !== bob.user.password);
  const field = known.find((value) => valuesMadeOf(String(value)).includes(cookie));
  const stranger = world.nobody();
  stranger.wear({ Cookie: `${name}=${cookieOf(bob, name)}` });
  if (field === undefined || (await isTakenFor(world, stranger)) !== bob.label) return null;
  const detail = `The cookie ${name} is made of ${JSON.stringify(field)} alone, which others know: whoever makes the same is ${bob.label}.`;
  return findingOf(bob, stranger, { certainty: 'proved', detail });
}

function valuesMadeOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const hashes = ['md5', 'sha1', 'sha256'].flatMap((hash) => {
    const digest = createHash(hash).update(bytes).digest();
    return [digest.toString('hex'), digest.toString('base64'), digest.toString('base64url')];
  });
  return [text, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url'), ...hashes];
}

const ALIKE =
  'They logged in one after the other, and were given the same session: its id is made of something that both had in common, as the second ' +
  'in which they came. Use crypto.randomUUID(), or leave genid alone.';

async function collided(world: World, source: keyof typeof SOURCES): Promise<NewFinding | null> {
  const [one, other] = [world.browser(world.account(0)), world.browser(world.account(1))];
  const { run, certainty, detail } = SOURCES[source];
  // As it is without our doing.
  const [control] = await world.people(2);
  if ((await isTakenFor(world, control)) !== control.label) return null;
  let failure: unknown = null;
  await run(async (again) => {
    await world.login(one);
    again();
    await world.login(other).catch((error: unknown) => {
      failure = error;
    });
  });
  // A form of one session, sent in the other, may be refused: they are one nevertheless.
  const isOne =
    failure === null ? (await isTakenFor(world, one.copy())) === other.label : await shareAnId(world, one, other);
  if (!isOne && failure !== null) throw failure;
  return isOne ? findingOf(one, other, { certainty, detail }) : null;
}

/** The same value of a cookie without which nobody is known. */
async function shareAnId(world: World, one: Person, other: Person): Promise<boolean> {
  const [control] = await world.people(2);
  const names = await identityCookies(world, control);
  return names.some((name) => cookieOf(one, name) !== '' && cookieOf(one, name) === cookieOf(other, name));
}

const SOURCES = {
  clock: {
    run: withStoppedClock,
    certainty: 'proved',
    detail:
      'They logged in within the same millisecond, for which the clock was stopped, and were given the same session: its id is made ' +
      'of the time. Whoever knows when somebody logged in also knows the id. Use crypto.randomUUID(), or leave genid alone.',
  },
  random: {
    run: (work: Parameters<typeof withRepeatedRandom>[0]) => withStoppedClock(() => withRepeatedRandom(work)),
    certainty: 'proved',
    detail:
      'Both were given the same session when Math.random() gave the same numbers to both logins, at the same time: the id is made of it. It is no ' +
      'secret, as a few outputs tell all that follow. Use crypto.randomUUID(), or leave genid alone.',
  },
} as const;

/** Ids that count: who logs in next is known beforehand. */
async function guessed(world: World): Promise<NewFinding | null> {
  const [ada, bob] = await world.people(2);
  const [name, ...more] = await identityCookies(world, ada);
  if (name === undefined || more.length > 0) return null;
  const next = nextOf(cookieOf(ada, name), cookieOf(bob, name));
  if (next === null) return null;
  const again = await world.login(world.browser(ada.account));
  const stranger = world.nobody();
  stranger.wear({ Cookie: `${name}=${next}` });
  const detail = `Two logins gave ids that differ by their number alone. Somebody guessed the next one, and was taken for ${again.label}.`;
  return (await isTakenFor(world, stranger)) === again.label
    ? findingOf(again, stranger, { certainty: 'proved', detail })
    : null;
}

function cookieOf(person: Person, name: string): string {
  return pairsOf(person).find(([other]) => other === name)?.[1] ?? '';
}

/** The number that follows, where the two are the same but for a number that grew a little. */
function nextOf(first: string, second: string): string | null {
  const [, head = '', digits = '', tail = ''] = /^(.*?)(\d{1,15})(\D*)$/s.exec(second) ?? [];
  const before =
    first.startsWith(head) && first.endsWith(tail) ? first.slice(head.length, first.length - tail.length) : '';
  const step = Number(digits) - Number(before);
  if (!/^\d{1,15}$/.test(before) || step < 1 || step > MOST_STEPS) return null;
  return `${head}${String(Number(digits) + step).padStart(digits.length, '0')}${tail}`;
}

const MOST_STEPS = 16;

function findingOf(one: Person, other: Person, rest: Pick<NewFinding, 'certainty' | 'detail'>): NewFinding {
  const receiver = other.label ?? 'somebody without an account';
  return {
    mechanism: 'M22',
    title: `${one.label} and ${receiver} have one session`,
    owner: one.label,
    receiver: other.label,
    exchanges: [],
    leak: { where: 'side effect', name: null, offset: null, excerpt: `whoami in both browsers: ${one.label ?? ''}` },
    ...rest,
  };
}
