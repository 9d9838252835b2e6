/** What a request has left for later, by timers: it can be run now, as if its time had come. */
import { AsyncResource } from 'node:async_hooks';
import timers from 'node:timers';
import type { AnyFunction, Patched } from './patched.js';

interface Job {
  readonly timer: NodeJS.Timeout;
  readonly delay: number;
  readonly run: () => void;
}

export class LateWork {
  #jobs: Job[] = [];

  add(job: Job): void {
    this.#jobs.push(job);
  }

  get pending(): number {
    return this.#jobs.filter(isWaiting).length;
  }

  /** Those that wait, the shortest first; what they leave for later in their turn stays. */
  runAll(): void {
    const jobs = this.#jobs.filter(isWaiting).sort((one, other) => one.delay - other.delay);
    this.#jobs = [];
    for (const { timer, run } of jobs) {
      if (!isWaiting({ timer })) continue; // cleared by another of them
      clearTimeout(timer);
      run();
    }
  }

  /** The one that was to wait longest, as a deadline does. */
  runLongest(): void {
    const [longest] = this.#jobs.filter(isWaiting).sort((one, other) => other.delay - one.delay);
    if (longest === undefined) return;
    this.#jobs = this.#jobs.filter((job) => job !== longest);
    clearTimeout(longest.timer);
    longest.run();
  }
}

function isWaiting({ timer }: Pick<Job, 'timer'>): boolean {
  return !(timer as unknown as { readonly _destroyed: boolean })._destroyed;
}

/** @param owner of what is set now: whose late work it is, or undefined */
export function watchTimers(patched: Patched, owner: () => LateWork | undefined): void {
  for (const place of [globalThis, timers]) patched.replace(place, 'setTimeout', watched);

  function watched(original: AnyFunction): AnyFunction {
    function setTimeout(this: unknown, callback: unknown, delay?: unknown, ...args: unknown[]): unknown {
      const work = owner();
      if (work === undefined || typeof callback !== 'function')
        return Reflect.apply(original, this, [callback, delay, ...args]);
      const timer = Reflect.apply(original, this, [callback, delay, ...args]) as NodeJS.Timeout;
      const run = AsyncResource.bind(() => Reflect.apply(callback, timer, args));
      work.add({ timer, delay: Number(delay) || 0, run });
      return timer;
    }
    return Object.defineProperties(setTimeout, Object.getOwnPropertyDescriptors(original)) as AnyFunction;
  }
}
