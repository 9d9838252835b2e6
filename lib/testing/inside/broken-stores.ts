/** Stores, broken in place: one method at a time answers an error, or nothing. */
import { EventEmitter } from 'node:events';
import { madeToFail } from './own-failures.js';
import { type AnyFunction, Patched } from './patched.js';
import { currentVisit } from './visits.js';

export interface BrokenMethod {
  /** `MemoryStore.get() failed`. */
  readonly how: string;
  /** Until the answer is restored. */
  breakIt(): Patched;
}

const READS = /^(?:m?get|fetch|load|find|read|query|has|hm?get|hgetall|exists|send|command|call|touch|execute|all)/i;
const DEEP = 2;
const BUILT_IN: readonly object[] = [Object, Array, Map, Set, WeakMap, WeakSet, Date, EventEmitter].map(
  (one) => one.prototype as object,
);

/** The stores, and the clients and stores within them. */
export function storesOf(roots: readonly object[]): object[] {
  const found = new Set<object>();
  const look = (some: object, deep: number) => {
    if (found.has(some)) return;
    found.add(some);
    if (deep === 0) return;
    for (const value of Object.values(some)) {
      if (typeof value === 'object' && value !== null && readsOf(value).length > 0) look(value, deep - 1);
    }
  };
  for (const root of roots) look(root, DEEP);
  return [...found];
}

export function brokenMethods(store: object): BrokenMethod[] {
  return readsOf(store).flatMap((name) => {
    const called = `${store.constructor?.name || 'the store'}.${name}()`;
    return [
      { how: `${called} failed`, breakIt: () => broken(store, name, 'fails') },
      { how: `${called} found nothing`, breakIt: () => broken(store, name, 'finds nothing') },
    ];
  });
}

type Way = 'fails' | 'finds nothing';

function broken(store: object, name: string, way: Way): Patched {
  const patched = new Patched();
  const error = way === 'fails' ? madeToFail('this store is away') : null;
  patched.replace(store, name, (original) => {
    return function (this: unknown, ...args) {
      const callback = args.findLast((arg) => typeof arg === 'function') as AnyFunction | undefined;
      if (callback !== undefined) return void setImmediate(() => callBack(callback, error));
      return instead(original.apply(this, args), error);
    };
  });
  return patched;
}

/** An app that throws then would have ended its process; here it only ends the request. */
function callBack(callback: AnyFunction, error: Error | null): void {
  try {
    callback(error, undefined);
  } catch {
    currentVisit()?.res.destroy();
  }
}

/** In the form in which the answer would have come. */
function instead(answer: unknown, error: Error | null): unknown {
  if (!isThenable(answer)) {
    if (error !== null) throw error;
    return undefined;
  }
  answer.then(undefined, () => {});
  return error === null ? Promise.resolve(undefined) : Promise.reject(error);
}

function isThenable(some: unknown): some is PromiseLike<unknown> {
  return typeof some === 'object' && some !== null && typeof (some as { then?: unknown }).then === 'function';
}

/** Names of methods by which one reads, of the object and of its classes. */
function readsOf(some: object): string[] {
  const names = new Set<string>();
  for (let at: object | null = some; at !== null && !isBuiltIn(at); at = Object.getPrototypeOf(at) as object | null) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const { value } = Object.getOwnPropertyDescriptor(at, name) ?? {};
      if (READS.test(name) && typeof value === 'function') names.add(name);
    }
  }
  return [...names];
}

/** Those of the language and of Node: a Map does not fail. */
function isBuiltIn(prototype: object): boolean {
  return BUILT_IN.includes(prototype);
}
