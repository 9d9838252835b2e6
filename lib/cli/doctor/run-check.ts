/** One check: its questions in time, and what came of them. */
import { type Exchange, type HeaderLine, type Question, valuesOf } from '../../evidence/exchange.js';
import { PROBE_PATH } from '../../probe/route.js';
import type { Asking } from './asking.js';
import type { Ask, Check } from './checks.js';
import { credentialLines } from './credentials.js';
import { type Reading, readingsOf } from './judge.js';

export interface Person {
  readonly label: string;
  /** Made up, and the same in the whole run. */
  readonly credential: string;
}

export interface World {
  readonly asking: Asking;
  /** What stands before the path of the probe: `/app`. */
  readonly prefix: string;
  readonly people: readonly Person[];
  /** An id that no path had before. */
  readonly newId: () => string;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Milliseconds within which two answers have to come, to meet in a cache that keeps for a second. */
  readonly close: number;
}

export interface Outcome {
  readonly check: Check;
  readonly path: string;
  readonly exchanges: readonly Exchange[];
  readonly readings: readonly Reading[];
  /** Why nothing can be said; null if something can. */
  readonly silent: string | null;
}

/** Takes the promised requests of the check. */
export async function runCheck(check: Check, world: World): Promise<Outcome> {
  const path = pathOf(check, world);
  const exchanges: Exchange[] = [];
  const send = async (ask: Ask) => {
    const person = ask.by === null ? null : personOf(world, ask.by);
    const question = questionOf(check, path, ask, person, exchanges);
    const exchange = await world.asking.ask(question, person?.label ?? null, check);
    exchanges.push(exchange);
  };
  if (check.together) await Promise.all(check.asks.map(send));
  else for (const ask of check.asks) await send(ask);
  const readings = readingsOf(exchanges);
  return { check, path, exchanges, readings, silent: silenceOf(exchanges, readings, world.close) };
}

export function isShared({ readings }: Outcome): boolean {
  return readings.some(({ kind }) => kind === 'foreign');
}

/** Asks for a page of an earlier check once more. Takes one promised request. */
export function askAgain({ check, path }: Outcome, by: number | null, world: World): Promise<Exchange> {
  const person = by === null ? null : personOf(world, by);
  return world.asking.ask(questionOf(check, path, { ...check.asks[0], by }, person, []), person?.label ?? null, check);
}

/** @param by beyond the last person the first one asks again */
function personOf({ people }: World, by: number): Person {
  return people[by % people.length] as Person;
}

function pathOf({ before, after }: Check, { prefix, newId }: World): string {
  const id = newId();
  const path = `${PROBE_PATH}/${id}${after.replace('{id}', id)}`;
  return before === '' ? `${prefix}${path}` : `${before}${path.slice(1)}`;
}

function questionOf(
  check: Check,
  path: string,
  { method = 'GET', query = check.query, revalidates = false, host, headers: own = [] }: Ask,
  person: Person | null,
  earlier: readonly Exchange[],
): Question {
  const tag = revalidates ? valuesOf(earlier[0]?.answer?.headers ?? [], 'etag')[0] : undefined;
  const headers: HeaderLine[] = [
    ...(host === undefined ? [] : [['Host', host] as const]),
    ...credentialLines(check.way, person?.credential ?? null),
    ...check.headers.filter(([name]) => !own.some(([other]) => other === name)),
    ...own,
    ...(tag === undefined ? [] : [['If-None-Match', tag] as const]),
  ];
  return { method, path: `${path}${query}`, headers, ...(method === 'POST' && { body: '' }) };
}

function silenceOf(exchanges: readonly Exchange[], readings: readonly Reading[], close: number): string | null {
  if (readings.some(({ kind }) => kind === 'foreign')) return null;
  const none = readings.find((reading) => reading.kind === 'none');
  if (none) return none.why;
  if (readings.every(({ kind }) => kind === 'lost')) return 'the credential did not reach the app';
  const apart = exchanges.slice(1).map(({ endedAt }, index) => endedAt - (exchanges[index]?.startedAt ?? 0));
  return apart.some((gap) => gap <= close) ? null : 'the answers came too slowly, one by one, to meet in a cache';
}
