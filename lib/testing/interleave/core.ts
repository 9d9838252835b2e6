/**
 * Node as it was before anybody faked or patched it: fake timers may be on, and under jest `process` and the timers are the
 * sandbox's, whose fakes would stop the watch itself.
 */
import { promisify } from 'node:util';

/** Where a function was made. jest runs tests in another realm than Node's own. */
export interface Realm {
  readonly global: typeof globalThis;
  /** The engine's own, whatever the app has put in its place. */
  readonly promise: PromiseConstructor;
}

export function realmOf(some: object): Realm | null {
  try {
    const make = functionOf(some)('return { global: globalThis, promise: (async () => {})().constructor }');
    return make() as Realm;
  } catch {
    return null; // --disallow-code-generation-from-strings
  }
}

/** Those that need no code from strings. */
const ownRealm: Realm = { global: globalThis, promise: constructorOf((async () => {})()) };
const nodeRealm = realmOf(promisify) ?? {
  global: globalThis,
  promise: constructorOf(promisify((done: (error: null) => void) => done(null))()),
};

/** The realms of Node, of this file and of some functions, each once. */
export function realmsOf(functions: readonly object[]): readonly Realm[] {
  const all = [nodeRealm, ownRealm, ...functions.map(realmOf)].filter((realm) => realm !== null);
  return all.filter(({ promise }, index) => all.findIndex((other) => other.promise === promise) === index);
}

function constructorOf(promise: Promise<unknown>): PromiseConstructor {
  return promise.constructor as PromiseConstructor;
}

/** `Function` of the realm that a function came from, whatever was copied onto the function itself. */
function functionOf(some: object): FunctionConstructor {
  let prototype: object = some;
  for (let next: object | null = some; next !== null && Object.getPrototypeOf(next) !== null; ) {
    prototype = next;
    next = Object.getPrototypeOf(next) as object | null;
  }
  return prototype.constructor as FunctionConstructor;
}

/** The one that Node itself tells of what was left unhandled. */
export const nodeProcess: NodeJS.Process = nodeRealm.global.process;
export const nextTick: (run: () => void) => void = nodeProcess.nextTick;

/** Milliseconds of the monotonic clock. */
export const now = (): number => nodeRealm.global.performance.now();

const { setTimeout: startTimer, clearTimeout: stopTimer } = nodeRealm.global;
const { then } = Promise.prototype;
let chaining = false;

/** Runs `work` when the promise is fulfilled, unseen by the watch. */
export function afterwards<T, U>(promise: Promise<T>, work: (value: T) => U): Promise<U> {
  chaining = true;
  try {
    return then.call(promise, work as (value: unknown) => unknown) as Promise<U>;
  } finally {
    chaining = false;
  }
}

/** Whether `afterwards()` is what looks at a promise now. */
export function isChaining(): boolean {
  return chaining;
}

const BEATS = 12;

/**
 * Whether the promise is settled within so many milliseconds. It rejects if that rejects. Counted in beats, for a machine that is busy
 * elsewhere: a process that is stopped for a while has missed one beat, and not its time.
 */
export async function settlesWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  for (let beat = 0; beat < BEATS; beat++) if (await settlesInOneBeat(Math.ceil(ms / BEATS), promise)) return true;
  return false;
}

function settlesInOneBeat(ms: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = startTimer(() => resolve(false), ms);
    const end = (finish: () => void) => () => {
      stopTimer(timer);
      finish();
    };
    promise.then(
      end(() => resolve(true)),
      (error: unknown) => end(() => reject(error))(),
    );
  });
}

/** Whether a function is the engine's own, as the `resolve` of a promise is: no code of an app runs in it. */
export function isNative(some: unknown): boolean {
  if (typeof some !== 'function' || some.name.startsWith('bound ')) return false;
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(some));
}
