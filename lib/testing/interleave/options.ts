/** What interleave() takes and what it answers. */
import type { RequestListener } from 'node:http';
import { TestingError } from '../../errors.js';
import type { StopKind } from './lane.js';

/** Where to send a request: `http://127.0.0.1:` and a port, without a path. */
export interface InterleaveTarget {
  readonly url: string;
}

/** A place where a request can be interrupted. */
export interface Stop {
  /** File, line and column, relative to the working directory: `routes/cart.js:12:5`. By source maps where they are on. */
  readonly where: string;
  readonly kind: StopKind;
  /** Which time in one request: 1 for the first. */
  readonly visit: number;
  /** The other request passed while this one was held here. */
  readonly reached: boolean;
  /** The other request did not end before this one went on: it waited for something that this one holds. */
  readonly bWaited: boolean;
}

/** What came of one run. */
export interface InterleaveOutcome<A, B = A> {
  readonly a: A;
  readonly b: B;
  /** Where A was held; null where nothing was. */
  readonly stop: Stop | null;
  /** For asking the app afterwards, as whether a session is still valid. */
  readonly url: string;
}

/** At once or later. */
export type Awaitable<T> = T | PromiseLike<T>;

export interface InterleaveOptions<A, B = A> {
  /** An Express or Connect app, or any request listener. It is served on 127.0.0.1 for as long as the search lasts. */
  readonly app: RequestListener;
  /** Sends request A, which is held, and resolves to what is to be checked. */
  readonly a: (target: InterleaveTarget) => PromiseLike<A>;
  /** Sends request B, which passes while A is held. */
  readonly b: (target: InterleaveTarget) => PromiseLike<B>;
  /** A sentence if an answer is wrong; what it throws counts as one, so that `expect()` can be used. */
  // biome-ignore lint/suspicious/noConfusingVoidType: expect() answers nothing.
  readonly check: (outcome: InterleaveOutcome<A, B>) => Awaitable<string | null | undefined | void>;
  /** Before each run: signs in, empties a store. */
  readonly before?: (target: InterleaveTarget) => Awaitable<unknown>;
  /** At how many stops at most. Default 100. */
  readonly maxStops?: number;
  /** Milliseconds until A goes on though B has not ended. Default 300. */
  readonly waitForB?: number;
  /** Milliseconds within which A and B must answer, once nothing is held. Default 4000, less than a runner's 5 seconds. */
  readonly answerWithin?: number;
  /** Milliseconds after which no further run is begun. Default 30000. */
  readonly searchFor?: number;
  /** Both requests in one packet on one connection as well. Default true. */
  readonly pipelining?: boolean;
}

export interface InterleaveFinding<A, B = A> {
  /** Null if nothing was held: A and B one after the other, or both in one packet. */
  readonly stop: Stop | null;
  /** What `check` said. */
  readonly problem: string;
  /** Both came in one packet on one connection. */
  readonly pipelined: boolean;
  readonly a: A;
  readonly b: B;
}

/** What the search could not decide. */
export interface Uncontrolled {
  readonly where: string;
  readonly why: string;
}

export interface InterleaveReport<A = unknown, B = A> {
  /** No finding. Look at `stops` too: what has none was not tested. */
  readonly ok: boolean;
  readonly findings: readonly InterleaveFinding<A, B>[];
  readonly stops: readonly Stop[];
  /** Awaits that only a request in the same packet can get into. `reached`: one did. */
  readonly pipelining: readonly Stop[];
  readonly uncontrolled: readonly Uncontrolled[];
  /** Awaits of nobody's while A was under way: AsyncLocalStorage had lost their request. */
  readonly lost: number;
  readonly runs: number;
}

export interface Limits {
  readonly maxStops: number;
  readonly waitForB: number;
  readonly answerWithin: number;
  readonly searchFor: number;
}

const DEFAULTS: Limits = { maxStops: 100, waitForB: 300, answerWithin: 4_000, searchFor: 30_000 };

export function limitsOf(owner: string, options: object): Limits {
  const given = (name: keyof Limits) => {
    const value: unknown = Reflect.get(options, name) ?? DEFAULTS[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    return refuse(`${owner}: ${name} takes a whole number above 0.`);
  };
  return {
    maxStops: given('maxStops'),
    waitForB: given('waitForB'),
    answerWithin: given('answerWithin'),
    searchFor: given('searchFor'),
  };
}

/** @throws TestingError ERR_INVALID_ARGUMENT for a missing function or an option that does not exist */
export function assertOptions(
  owner: string,
  options: unknown,
  required: readonly string[],
  known: readonly string[],
): void {
  if (typeof options !== 'object' || options === null) refuse(`${owner} takes an object of options.`);
  const names = [...required, ...known];
  const stranger = Object.keys(options).find((name) => !names.includes(name));
  if (stranger !== undefined)
    refuse(`${owner} has no option ${JSON.stringify(stranger)}. It has: ${names.join(', ')}.`);
  const missing = required.find((name) => typeof Reflect.get(options, name) !== 'function');
  if (missing !== undefined) refuse(`${owner}: ${missing} takes a function.`);
}

export function refuse(message: string): never {
  throw new TestingError('ERR_INVALID_ARGUMENT', message);
}

export function unfinished(owner: string, who: string, ms: number, stop: Stop | null): TestingError {
  const after = stop === null ? 'nothing was held' : `it had been held at ${stop.where}`;
  return new TestingError(
    'ERR_INTERLEAVE_UNFINISHED',
    `${owner}(): request ${who} had no answer after ${ms} ms; ${after}. Does the app answer this request by itself, does the ` +
      'function send it to target.url, and are fake timers off? answerWithin gives it more time.',
  );
}
