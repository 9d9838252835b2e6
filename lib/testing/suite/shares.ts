/**
 * An app whose pages take long is asked less: each experiment has its share of the time, so that the last ones are tried as well as the
 * first. Those that come to an end earlier leave the rest to the others.
 */
import type { NewFinding } from '../../evidence/finding.js';
import type { NotCovered } from '../../evidence/report.js';
import type { SuiteCase } from '../world/suite-case.js';

/** Milliseconds for a request, on average: in a quicker app all is asked. */
const SLOW = 100;
const SHARES = 1.5;
/** Milliseconds in which two people can log in and ask for something. */
const LEAST = 1_000;

export class Shares {
  readonly #pace: number;

  /** @param pace milliseconds that a request took, one after another */
  constructor(pace = 0) {
    this.#pace = pace;
  }

  /** Milliseconds for the next of so many experiments. */
  of(left: number, experiments: number): number {
    return this.#pace < SLOW ? left : Math.min(left, Math.max(LEAST, (left / experiments) * SHARES));
  }
}

/** It was found before the time was up: what is concluded from a request that failed then says nothing. */
export function evident({ leak }: NewFinding): boolean {
  return leak !== undefined && leak !== null && leak.where !== 'side effect';
}

export function theRestOf({ title, mechanisms }: SuiteCase): NotCovered {
  return { what: `the rest of: ${title}`, mechanisms, why: TOO_SLOW };
}

const TOO_SLOW =
  'the pages of this app take long, and this had had its share of the time: give a longer deadline, or fewer routes';
