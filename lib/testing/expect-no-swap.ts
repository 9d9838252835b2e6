/** That nobody was given what is somebody else's: an assertion whose failure reads like a finding. */
import { AssertionError } from 'node:assert';
import { TestingError } from '../errors.js';
import { type Exchange, linesOf } from '../evidence/exchange.js';
import { type Marked, type Sighting, sightingsOf } from '../evidence/marks.js';
import { shown } from '../evidence/shown.js';
import { leakText, requestText } from '../evidence/text/finding-text.js';
import { labelled } from '../evidence/text/layout.js';
import { person } from '../evidence/text/words.js';
import type { Person } from './world/person.js';
import { leakOf } from './world/swap-finding.js';

/** An answer that came by another way, as supertest's, and who had asked. */
export interface Received {
  /** The label of the user; null is somebody who is not logged in. */
  readonly to: string | null;
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
    readonly text: string;
  };
}

/**
 * @param answers what users got: exchanges, as `ada.get('/')` answers them, or `{ to: 'ada', response }`
 * @param users whose marks are looked for: `twoUsers()`, or `{ label, marks }`
 * @throws AssertionError that says whose bytes went to whom, with both requests
 * @throws TestingError ERR_INVALID_ARGUMENT if nothing was answered, or by nobody who is known: such a test proves nothing
 */
export function expectNoSwap(answers: readonly (Exchange | Received)[], users: readonly (Person | Marked)[]): void {
  const people = users.map(markedOf);
  const exchanges = answers.map(exchangeOf);
  if (!exchanges.some(({ answer }) => answer !== null)) {
    refuse('none of the requests was answered: there is nothing to look at.');
  }
  const stranger = exchanges.find(({ asker }) => asker !== null && !people.some(({ label }) => label === asker));
  if (stranger) refuse(`${stranger.asker} is none of the users: give all who asked, as [ada, bob].`);
  for (const exchange of exchanges) {
    const [sighting] = sightingsOf(exchange, people);
    if (sighting) throw new AssertionError({ message: swapText(exchange, sighting, exchanges), operator: 'fail' });
  }
}

function swapText(to: Exchange, sighting: Sighting, exchanges: readonly Exchange[]): string {
  const { owner } = sighting;
  const { method, path } = to.question;
  const of = exchanges.findLast((exchange) => exchange.asker === owner && exchange.question.path === path);
  const epoch = Math.min(...exchanges.map(({ startedAt }) => startedAt));
  const requests = [...(of ? [of] : []), to].flatMap((exchange) => requestText(shown(exchange, epoch)));
  return [
    `${person(to.asker)} was given what is ${owner}'s by ${method} ${path}`,
    ...labelled('owner', owner),
    ...labelled('receiver', person(to.asker)),
    ...labelled('leaked', leakText(leakOf(to, sighting))),
    ...requests,
  ].join('\n');
}

function markedOf(user: Person | Marked): Marked {
  if ('marks' in user) return user;
  return { label: user.label ?? '', marks: [...(user.account?.marks ?? [])] };
}

function exchangeOf(answer: Exchange | Received): Exchange {
  if ('question' in answer) return answer;
  const { status, headers, text } = answer.response;
  const lines = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().flatMap((one) => [name, one]));
  return {
    asker: answer.to,
    origin: 'http://127.0.0.1',
    question: { method: 'GET', path: '/', headers: [], ...askedBy(answer.response) },
    // The text is decoded already.
    answer: {
      status,
      headers: linesOf(lines).filter(([name]) => name !== 'content-encoding'),
      body: Buffer.from(text),
    },
    failure: null,
    startedAt: 0,
    endedAt: 0,
    connection: 0,
  };
}

/** Of supertest's responses, which know their request. */
function askedBy(response: object): { method?: string; path?: string } {
  const { method, url } = Object(Reflect.get(response, 'request')) as { method?: unknown; url?: unknown };
  if (typeof method !== 'string' || typeof url !== 'string' || !URL.canParse(url)) return {};
  const { pathname, search } = new URL(url);
  return { method, path: `${pathname}${search}` };
}

function refuse(message: string): never {
  throw new TestingError('ERR_INVALID_ARGUMENT', `expectNoSwap(): ${message}`);
}
