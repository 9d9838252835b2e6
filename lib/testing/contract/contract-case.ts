/** What a store must keep, one promise at a time: what is asked, and what happened where nobody had asked. */
import assert, { AssertionError } from 'node:assert';
import type { OpenStore, StoreOptions } from '../../stores/store.js';
import { Steps } from './steps.js';

/** @typeParam S what its steps are called by */
export interface Promised<S> {
  /** As a sentence about the store: `it hands a value to one of all who take it at once`. */
  readonly asks: string;
  /** What goes wrong without it, or has gone wrong somewhere. */
  readonly because: string;
  /** Rejects if the store does not keep it. */
  readonly run: (steps: S) => Promise<void>;
}

export type ContractCase = Promised<Steps>;

/** Opens a new, empty store: `(options) => myStore(url).open(options)`. */
export type OpenForContract = (options: Required<StoreOptions>) => OpenStore | Promise<OpenStore>;

export const KEEP = 24 * 3_600_000;

/**
 * Asks one case of a store that is opened for it and closed after it.
 * @throws AssertionError that says what was asked, why, and how the store answered
 */
export async function ask(promised: ContractCase, open: OpenForContract): Promise<void> {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const store = await open({ keep: KEEP, now: () => clock.now });
  try {
    await asked(promised, new Steps(store, clock));
  } finally {
    await store.close();
  }
}

/** @throws AssertionError as ask() does */
export async function asked<S>({ asks, because, run }: Promised<S>, steps: S): Promise<void> {
  try {
    await run(steps);
  } catch (error) {
    throw new AssertionError({ message: broken(asks, because, error), operator: 'fail' });
  }
}

function broken(asks: string, because: string, error: unknown): string {
  const how = error instanceof Error ? error.message : String(error);
  return `The store breaks its contract: ${asks}.\nBecause: ${because}.\nWhat it did: ${how}`;
}

/** As deep as it goes, whatever class the objects are of. */
export function same(actual: unknown, expected: unknown): void {
  assert.deepStrictEqual(structuredClone(actual), structuredClone(expected));
}

type Refusal = 'ERR_STORE_UNAVAILABLE' | 'ERR_INVALID_ARGUMENT' | 'ERR_REDACTED_WRITE';

/** @param code of the error that says so */
export async function refuses(step: Promise<unknown>, code: Refusal) {
  const answer = await step.then(
    (value) => `it answered ${JSON.stringify(value) ?? 'nothing'}`,
    (error: unknown) => Object(error).code as unknown,
  );
  assert.strictEqual(answer, code, `it must refuse with ${code}, but: ${String(answer)}`);
}
