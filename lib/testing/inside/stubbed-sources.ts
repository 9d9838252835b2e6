/** Where ids come from that are no secret: the clock, stopped for a while, and Math.random, made to say the same again. */
import { randomFrom } from '../../evidence/random.js';

type Work = (again: () => void) => Promise<void>;

const RANGE = 2 ** 31;

/** `Date` says the same time until `work` is done. Timers go on. */
export async function withStoppedClock(work: Work): Promise<void> {
  const Real = globalThis.Date;
  const now = Real.now();
  class Stopped extends Real {
    constructor(...args: unknown[]) {
      super(...((args.length === 0 ? [now] : args) as [number]));
    }

    static override now(): number {
      return now;
    }
  }
  globalThis.Date = Stopped as DateConstructor;
  try {
    await work(() => {});
  } finally {
    globalThis.Date = Real;
  }
}

/** `Math.random` begins anew whenever `again` is called. It still goes on and on: who tries until an id is free must get one. */
export async function withRepeatedRandom(work: Work): Promise<void> {
  const real = Math.random;
  let random = randomFrom('again');
  Math.random = () => random.below(RANGE) / RANGE;
  try {
    await work(() => {
      random = randomFrom('again');
    });
  } finally {
    Math.random = real;
  }
}
