/** From what was seen to what is reported: each place once, with the mechanism that the experiments say. */
import type { Leak, NewFinding } from '../../evidence/finding.js';
import { textOf } from '../../evidence/marks.js';
import { excerpt, hashOf } from '../../evidence/shown.js';
import { counted, person } from '../../evidence/text/words.js';
import { explainedCookie } from './cookie-mechanism.js';
import { examined } from './examine.js';
import { placeOf } from './journal.js';
import type { Swap, SwapGroup } from './judge.js';
import { cookiesGiven } from './ledger.js';
import { type Explained, explained } from './mechanism.js';
import type { Run } from './run.js';
import type { Became, Who } from './who.js';

/** Each costs a few hundred requests at most, and some seconds. Further ones are reported as they were seen. */
const MOST_EXPLAINED = 4;
const MOST_COOKIES = 4;
const SECRET_LOOKING = /[A-Za-z0-9_+/=.~-]{20,}/;

/** @param hurried nothing more is asked: each finding is reported as it was seen */
export async function findingsOf(
  run: Run,
  who: Who,
  became: readonly Became[],
  hurried: boolean,
): Promise<NewFinding[]> {
  const groups = [...run.judge.groups.values()].sort((a, b) => b.count - a.count);
  const by = (via: Swap['via']) => groups.filter(({ first }) => first.via === via);
  const most = hurried ? 0 : MOST_EXPLAINED;
  const cookies: NewFinding[] = [];
  for (const group of by('cookie').slice(0, MOST_COOKIES)) {
    const usableAs = hurried ? null : await usedAs(who, group);
    cookies.push(cookieFinding(run, group, by('worn'), usableAs, await examined(run, group, explainedCookie, hurried)));
  }
  const pages: NewFinding[] = [];
  for (const [index, group] of by('answer').entries()) {
    pages.push(pageFinding(run, group, await examined(run, group, explained, index >= most)));
  }
  // What came of a cookie is no further finding.
  const proved = cookies.some(({ certainty }) => certainty !== 'warning');
  const worn = proved ? [] : by('worn').slice(0, 1);
  const turned = proved || worn.length > 0 ? [] : became.filter(({ now }) => now !== null).slice(0, 1);
  return [
    ...cookies,
    ...worn.map((group) => wornFinding(run, group)),
    ...pages,
    ...turned.map((one) => becameFinding(run, one)),
  ];
}

/** Whom the app takes somebody for who sends nothing but the cookies of that answer. */
async function usedAs(who: Who, { first: { exchange } }: SwapGroup): Promise<string | null> {
  const cookies = cookiesGiven(exchange).map(([name, value]) => `${name}=${value}`);
  const { owner } = await who.sends(cookies.join('; '));
  return owner === exchange.asker ? null : owner;
}

function pageFinding(run: Run, { first, count, receivers }: SwapGroup, { mechanism, because }: Explained): NewFinding {
  const { exchange, owner } = first;
  return {
    mechanism,
    title: `${person(exchange.asker)} was given what is ${person(owner)}'s by ${placeOf(exchange)}`,
    owner,
    receiver: exchange.asker,
    exchanges: exchangesOf(run, first),
    leak: leakOf(first),
    detail: `Seen ${counted(count, 'time')}, by ${peopleText(receivers)}. ${because}`,
  };
}

function cookieFinding(
  run: Run,
  { first, count, receivers }: SwapGroup,
  worn: readonly SwapGroup[],
  usableAs: string | null,
  { mechanism, because }: Explained,
): NewFinding {
  const { exchange, cookie } = first;
  const owner = usableAs ?? first.owner;
  const places = worn.filter((one) => one.first.owner === owner).length;
  const isProved = usableAs !== null || places > 0;
  const use = isProved
    ? `The session works: whoever sends it is ${person(owner)}.`
    : 'By itself it names nobody: no session could be used with it.';
  const consequence = places > 0 ? ` Pages of ${person(owner)} came back with it at ${counted(places, 'place')}.` : '';
  const what = isProved ? 'the session' : 'a cookie';
  return {
    mechanism,
    certainty: isProved ? 'proved' : 'warning',
    title: `${person(exchange.asker)} was given ${what} of ${person(owner)} by ${placeOf(exchange)}`,
    owner,
    receiver: exchange.asker,
    exchanges: exchangesOf(run, first),
    leak: {
      where: 'cookie',
      name: cookie?.name ?? null,
      offset: null,
      excerpt: `${cookie?.name}=${hashOf(cookie?.value ?? '')}`,
    },
    detail: `Seen ${counted(count, 'time')}, by ${peopleText(receivers)}. ${use}${consequence} ${because}`,
  };
}

function wornFinding(run: Run, { first, count }: SwapGroup): NewFinding {
  return {
    mechanism: 'M12',
    title: `${person(first.exchange.asker)} went on with the session of ${person(first.owner)}`,
    owner: first.owner,
    receiver: first.exchange.asker,
    exchanges: exchangesOf(run, first),
    leak: leakOf(first),
    detail: `The browser had been given that cookie before. Seen ${counted(count, 'time')}.`,
  };
}

function becameFinding({ journal }: Run, { person: browser, now, exchange }: Became): NewFinding {
  return {
    mechanism: 'M26',
    title: `${person(browser.label)} has become ${person(now)}`,
    owner: now,
    receiver: browser.label,
    exchanges: [journal.show({ ...exchange, asker: browser.label })],
    detail: 'After the run, asked on a fresh connection, whoami takes this browser for somebody else.',
  };
}

function exchangesOf(run: Run, swap: Swap) {
  const owners = swap.owner === null ? undefined : run.ownersPage(swap);
  return [...(owners ? [owners] : []), swap.exchange].map((one) => run.journal.show(one));
}

/** A mark that looks like a secret is hashed like everything around it. */
function leakOf({ exchange, sighting }: Swap): Leak | null {
  if (sighting === null || exchange.answer === null) return null;
  const { where, header, offset, mark } = sighting;
  const line = exchange.answer.headers.find(([name, value]) => name === header && value.includes(mark));
  const text = where === 'header' ? (line?.[1] ?? '') : textOf(exchange.answer);
  const length = SECRET_LOOKING.test(mark) ? 0 : mark.length;
  const isCookie = header?.toLowerCase() === 'set-cookie';
  return { where: isCookie ? 'cookie' : where, name: header, offset, excerpt: excerpt(text, offset, length) };
}

function peopleText(receivers: ReadonlySet<string | null>): string {
  const names = [...receivers].map((label) => person(label));
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 4).join(', ')} and ${names.length - 4} more`;
}
