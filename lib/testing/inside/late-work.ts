/** What a request has left for later, by timers: it can be run now, as if its time had come. */
import { AsyncResource } from 'node:async_hooks';
import timers from 'node:timers';
import type { AnyFunction, Patched } from './patched.js';

interface Job {
  readonly timer: NodeJS.Timeout;
  readonly delay: number;
  readonly run: () => void;
}

/** Of `setImmediate()`. */
const AT_ONCE = -1;

export class LateWork {
  /** The delays of those that have run, in order. Timers of the same delay run in the order in which they were set. */
  readonly ran: number[] = [];
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
      forgiving(run);
    }
  }

  /** The one that was to wait longest, as a deadline does. */
  runLongest(): void {
    const [longest] = this.#jobs.filter(isWaiting).sort((one, other) => other.delay - one.delay);
    if (longest === undefined) return;
    this.#jobs = this.#jobs.filter((job) => job !== longest);
    clearTimeout(longest.timer);
    forgiving(longest.run);
  }
}

/** What it throws would have ended the process: it is seen in what the app answers, or does not. */
function forgiving(run: () => void): void {
  try {
    run();
  } catch {}
}

function isWaiting({ timer }: Pick<Job, 'timer'>): boolean {
  return !(timer as unknown as { readonly _destroyed: boolean })._destroyed;
}

/** @param owner of what is set now: whose late work it is, or undefined */
export function watchTimers(patched: Patched, owner: () => LateWork | undefined): void {
  for (const place of [globalThis, timers]) {
    patched.replace(place, 'setTimeout', (original) => watched(original, 'setTimeout'));
    patched.replace(place, 'setImmediate', (original) => watched(original, 'setImmediate'));
  }

  function watched(original: AnyFunction, name: string): AnyFunction {
    function set(this: unknown, callback: unknown, ...rest: unknown[]): unknown {
      const work = owner();
      if (work === undefined || typeof callback !== 'function')
        return Reflect.apply(original, this, [callback, ...rest]);
      const delay = name === 'setTimeout' ? Number(rest[0]) || 0 : AT_ONCE;
      const run = function (this: unknown, ...args: unknown[]) {
        work.ran.push(delay);
        return Reflect.apply(callback, this, args);
      };
      const timer = Reflect.apply(original, this, [run, ...rest]);
      if (delay !== AT_ONCE) work.add({ timer, delay, run: AsyncResource.bind(() => run.apply(timer, rest.slice(1))) });
      return timer;
    }
    return Object.defineProperties(set, Object.getOwnPropertyDescriptors(original)) as AnyFunction;
  }
}
