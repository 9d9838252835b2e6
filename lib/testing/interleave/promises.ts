/**
 * Makes every native `await` and every `then` of a lane come to its `arrive()`.
 *
 * `await promise` reads `promise.constructor`; if that is not the realm's own `Promise`, the engine has to call
 * `promise.then` in a job (ECMA-262, PromiseResolve and NewPromiseResolveThenableJob). An accessor is called at the await
 * itself, with the app's line on top of the stack, and the `then` that follows can be held.
 */
import { afterwards, isChaining, isNative } from './core.js';
import { currentLane, Failure, isLost, type Lane, type Suspension } from './lane.js';
import type { Patches } from './patches.js';
import { callerOf } from './places.js';

type Reaction = ((value: unknown) => unknown) | null | undefined;
type AnyPromise = Promise<unknown>;

interface Mark {
  readonly lane: Lane;
  readonly suspension: Suspension;
}

/** What the accessor leaves for the `then` that the engine will call. */
const marks = new WeakMap<AnyPromise, Mark[]>();

export interface PromiseWatch {
  readonly patches: Patches;
  /** An await of nobody, while a lane was open: its context was lost, or it was never of a request. */
  onLost(where: string): void;
}

/** @param own the realm's `Promise` */
export function watchPromises(own: PromiseConstructor, watch: PromiseWatch): void {
  const { prototype } = own;
  let insideThen = false;
  replaceConstructor(prototype, own);
  watch.patches.replace(prototype, 'then', (original) => ({
    value: watchedThen(original as typeof prototype.then),
    writable: true,
  }));

  function replaceConstructor(of: object, truth: unknown): void {
    const standIn = standInFor(truth as object);
    function constructorOf(this: AnyPromise): unknown {
      return insideThen || isChaining() || (this as object) === of || !isAwait(this, constructorOf) ? truth : standIn;
    }
    watch.patches.replace(of, 'constructor', () => ({ get: constructorOf, set: defineOwn }));
  }

  // biome-ignore lint/complexity/noBannedTypes: captureStackTrace takes any function.
  function isAwait(promise: AnyPromise, accessor: Function): boolean {
    const lane = currentLane();
    if (lane === null && !isLost()) return false;
    const caller = callerOf(accessor);
    if (caller.by !== 'app' || caller.builtin !== null) return false;
    if (lane === null) watch.onLost(caller.where);
    else leaveMark(promise, { lane, suspension: lane.suspend(caller.where, 'await') });
    return lane !== null;
  }

  function watchedThen(original: typeof prototype.then): typeof prototype.then {
    function then(this: AnyPromise, onFulfilled?: Reaction, onRejected?: Reaction): AnyPromise {
      const mark = markOf(this, [onFulfilled, onRejected], then);
      const fail = onRejected ?? rethrow;
      const held = (reaction: Reaction) =>
        mark === null || typeof reaction !== 'function' ? reaction : heldReaction(mark, reaction, fail);
      const [first, second] = [held(onFulfilled), held(onRejected)];
      insideThen = true;
      try {
        return original.call(this, first, second);
      } finally {
        insideThen = false;
      }
    }
    return then as typeof prototype.then;
  }

  // biome-ignore lint/complexity/noBannedTypes: captureStackTrace takes any function.
  function markOf(promise: AnyPromise, reactions: readonly Reaction[], then: Function): Mark | null {
    const lane = currentLane();
    if (lane === null && !marks.has(promise)) return null;
    const caller = callerOf(then);
    if (caller.by === 'engine') return takeMark(promise) ?? learn(promise, lane);
    if (lane === null || caller.by !== 'app') return null;
    // What Promise.all() and its like hand over runs nothing of the app; what a thenable is handed by an await does.
    const own = caller.builtin === null || caller.builtin === 'finally';
    const runsCode = own || reactions.some((each) => typeof each === 'function' && !isNative(each));
    return runsCode ? { lane, suspension: lane.suspend(caller.where, 'then') } : null;
  }

  /** A subclass has a constructor of its own, so its awaits are seen only once that is an accessor too. */
  function learn(promise: AnyPromise, lane: Lane | null): null {
    for (let of = Object.getPrototypeOf(promise); of !== null && of !== prototype; of = Object.getPrototypeOf(of)) {
      const own = Object.getOwnPropertyDescriptor(of, 'constructor');
      if (own === undefined || !('value' in own)) continue;
      replaceConstructor(of, own.value);
      lane?.learned();
    }
    return null;
  }
}

function heldReaction(
  { lane, suspension }: Mark,
  reaction: (value: unknown) => unknown,
  fail: (error: unknown) => unknown,
): (value: unknown) => unknown {
  return (value) => {
    const gate = lane.arrive(suspension);
    if (gate === null) return reaction(value);
    return afterwards(gate, (outcome) => (outcome instanceof Failure ? fail(outcome.error) : reaction(value)));
  };
}

function rethrow(error: unknown): never {
  throw error;
}

/** Not the same as the true constructor, which is all that an await looks at, and like it in everything else. */
function standInFor(truth: object): object {
  return new Proxy(truth, { get: (target, name) => Reflect.get(target, name, target) });
}

/** What an assignment would have done to a plain property. */
function defineOwn(this: object, value: unknown): void {
  Object.defineProperty(this, 'constructor', { value, writable: true, enumerable: true, configurable: true });
}

function leaveMark(promise: AnyPromise, mark: Mark): void {
  const waiting = marks.get(promise);
  if (waiting === undefined) marks.set(promise, [mark]);
  else waiting.push(mark);
}

function takeMark(promise: AnyPromise): Mark | undefined {
  const waiting = marks.get(promise);
  const mark = waiting?.shift();
  if (waiting?.length === 0) marks.delete(promise);
  return mark;
}
