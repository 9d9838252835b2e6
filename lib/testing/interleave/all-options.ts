/** What interleaveAll() takes and what it answers. */
import type { RequestListener } from 'node:http';
import type { FastCheck } from './fast-check.js';
import type { Awaitable, InterleaveTarget, Stop, Uncontrolled } from './options.js';

export interface OutcomeOfAll<T> {
  /** In the order of `requests`. */
  readonly answers: readonly T[];
  /** What happened one after the other: `2 begins`, `1 goes on at routes/cart.js:12:5`. */
  readonly order: readonly string[];
  /** For asking the app afterwards. */
  readonly url: string;
}

export interface InterleaveAllOptions<T> {
  /** An Express or Connect app, or any request listener. */
  readonly app: RequestListener;
  /** Each sends one request. Two or more. */
  readonly requests: readonly ((target: InterleaveTarget) => PromiseLike<T>)[];
  /** A sentence if an answer is wrong; what it throws counts as one. */
  // biome-ignore lint/suspicious/noConfusingVoidType: expect() answers nothing.
  readonly check: (outcome: OutcomeOfAll<T>) => Awaitable<string | null | undefined | void>;
  /** Before each run. */
  readonly before?: (target: InterleaveTarget) => Awaitable<unknown>;
  /** How many orders are tried. Default 100. */
  readonly runs?: number;
  /** Of an earlier report: the same orders again. Default a new one. */
  readonly seed?: number;
  /** Of an earlier report: only the order that failed. */
  readonly path?: string;
  /** Milliseconds until another one goes on, if a request neither ends nor can be held. Default 50. */
  readonly waitForOthers?: number;
  /** Milliseconds within which something must happen. Default 4000. */
  readonly answerWithin?: number;
  /** Milliseconds after which no further run is begun. Default 30000. */
  readonly searchFor?: number;
  /** `import * as fc from 'fast-check'`. Default: it is imported when it is needed. */
  readonly fastCheck?: FastCheck;
}

export interface FindingOfAll<T> extends OutcomeOfAll<T> {
  /** What `check` said. */
  readonly problem: string;
}

export interface InterleaveAllReport<T = unknown> {
  readonly ok: boolean;
  /** The simplest order that was found to fail, or null. */
  readonly finding: FindingOfAll<T> | null;
  /** Both repeat the search. */
  readonly seed: number;
  readonly path: string | null;
  readonly stops: readonly Stop[];
  readonly uncontrolled: readonly Uncontrolled[];
  readonly lost: number;
  readonly runs: number;
}
