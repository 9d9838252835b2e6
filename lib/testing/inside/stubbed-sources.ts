/** Where ids come from that are no secret: the clock, stopped for a while, and Math.random, made to say the same again; a clock that is ahead. */
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

/** `Date` is so many milliseconds ahead until `work` is done. Timers go on. */
export async function withClockAhead<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const Real = globalThis.Date;
  const now = () => Real.now() + milliseconds;
  const ahead = new Proxy(Real, {
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
    apply: () => new Real(now()).toString(),
  });
  globalThis.Date = ahead;
  try {
    return await work();
  } finally {
    globalThis.Date = Real;
  }
}
