/** Asks for a row in some ways, and tells what reached somebody whom it was not made for. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { open } from './open.js';
import type { Front, Person, Row } from './table.js';
import { ASKER, HOLD, MARK, pathOf, type TableOrigin } from './table-app.js';
import { type Ask, IN_TURN, type Way } from './ways.js';

export interface Asking {
  /** Of the cache. */
  readonly port: number;
  readonly origin: TableOrigin;
  readonly front: Front;
  readonly row: Row;
  /** Each has URLs of its own. */
  readonly attempt: number;
  /** The Cookie header of those who are logged in. */
  readonly sessions: Readonly<Partial<Record<Person, string>>>;
}

/** What went astray, by the names of the ways. */
export interface Astray {
  /** Ways in which a page of ada's or bob's reached another. */
  readonly pages: readonly string[];
  /** Ways in which one Set-Cookie reached two people. */
  readonly cookies: readonly string[];
  /** One answer served several requests that came in turn. */
  readonly kept: boolean;
  /** The app answered, and not the cache in its place. */
  readonly answered: boolean;
}

export async function askIn(ways: readonly Way[], asking: Asking): Promise<Astray> {
  const seen = await Promise.all(
    ways.map(async (way) => {
      const path = pathOf(asking.front, asking.row, `${encodeURIComponent(way.name)}/${asking.attempt}`);
      return { way, received: await (way.whileArriving ? whileArriving : inRounds)(way, path, asking) };
    }),
  );
  const namesOf = (astray: (received: readonly Received[]) => boolean) =>
    seen.filter(({ received }) => astray(received)).map(({ way }) => way.name);
  const marks = seen.filter(({ way }) => way === IN_TURN).flatMap(({ received }) => received.map(({ mark }) => mark));
  return {
    pages: namesOf((received) => received.some((one) => isAnothers(one, asking.origin))),
    cookies: namesOf(reachedTwo),
    kept: new Set(marks).size < marks.length,
    answered: seen.every(({ received }) => received[0]?.mark !== null),
  };
}

interface Received {
  readonly who: Person;
  /** null for what comes from the cache itself, or is a 304 whose headers it left out. */
  readonly mark: string | null;
  readonly setCookies: readonly string[];
  readonly etag: string | undefined;
}

async function inRounds({ rounds }: Way, path: string, asking: Asking): Promise<Received[]> {
  const received: Received[] = [];
  for (const round of rounds) {
    const asked = round.map((ask) => {
      const last = received.findLast(({ who }) => who === ask.who)?.etag;
      return ask.again && last !== undefined
        ? begin(ask, path, asking, { 'If-None-Match': last })
        : begin(ask, path, asking);
    });
    received.push(...(await Promise.all(asked.map(({ done }) => done))));
  }
  return received;
}

/** A cache that holds back what it has is given this long; it has nothing to show then. */
const AT_MOST = 200;

async function whileArriving({ rounds }: Way, path: string, asking: Asking): Promise<Received[]> {
  const [first, second] = rounds.flat();
  if (first === undefined || second === undefined) throw new Error('Nobody asks while it arrives.');
  const held = once(asking.origin.moments, `held ${path}`);
  const arriving = begin(first, path, asking, { [HOLD]: 'half-way' });
  const [finish] = await held;
  await Promise.race([arriving.head, wait(AT_MOST)]);
  const came = once(asking.origin.moments, `came ${path}`);
  const other = begin(second, path, asking);
  await Promise.race([other.head, came, wait(AT_MOST)]);
  finish();
  return Promise.all([arriving.done, other.done]);
}

interface Begun {
  readonly head: Promise<unknown>;
  readonly done: Promise<Received>;
}

function begin(ask: Ask, path: string, { row, port, sessions }: Asking, headers: Record<string, string> = {}): Begun {
  const { who, method = row.method ?? 'GET' } = ask;
  const { head, answer } = open(port, method, path, {
    [ASKER]: who,
    ...credentialOf(row, who, sessions[who]),
    ...(ask.range && { Range: 'bytes=0-9' }),
    ...headers,
  });
  return {
    head,
    done: answer.then((came) => ({
      who,
      // Where both are there, what the user sees decides.
      mark: /mark-\d+-/.exec(came.body)?.[0] ?? came.headers[MARK]?.toString() ?? null,
      setCookies: came.headers['set-cookie'] ?? [],
      etag: came.headers.etag,
    })),
  };
}

function credentialOf({ credential = 'cookie' }: Row, who: Person, session?: string): Record<string, string> {
  if (credential === 'none' || session === undefined) return {};
  return credential === 'cookie' ? { Cookie: session } : { Authorization: `Bearer ${who}` };
}

function isAnothers({ mark, who }: Received, origin: TableOrigin): boolean {
  const madeFor = mark === null ? undefined : origin.madeFor(mark);
  return madeFor !== undefined && madeFor !== who && madeFor !== 'nobody';
}

function reachedTwo(received: readonly Received[]): boolean {
  const owners = new Map<string, Person>();
  return received.some(({ who, setCookies }) =>
    setCookies.some((line) => {
      const owner = owners.get(line) ?? who;
      owners.set(line, owner);
      return owner !== who;
    }),
  );
}
