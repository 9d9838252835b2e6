/** Stores that call back: what they answer in a lane comes to its `arrive()` first, whatever they wait for inside. */
import { EventEmitter } from 'node:events';
import { TestingError } from '../../errors.js';
import { heldCallback } from './callbacks.js';
import { currentLane } from './lane.js';

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The same object for everybody who uses it; `interleave()` can stop a request where one of its methods calls back. For
 * express-session's stores, and for anything else whose methods take a callback last, as a database client. Methods that
 * answer promises need no gate.
 * @throws TestingError ERR_INVALID_ARGUMENT for what is no object
 */
export function gateStore<T extends object>(store: T): T {
  if ((typeof store !== 'object' && typeof store !== 'function') || store === null) {
    throw new TestingError('ERR_INVALID_ARGUMENT', 'gateStore(store) takes a store, or another object with methods.');
  }
  const gated = new WeakMap<AnyFunction, AnyFunction>();
  const proxy: T = new Proxy(store, { get, set: (target, name, value) => Reflect.set(target, name, value) });
  return proxy;

  function get(target: T, name: PropertyKey): unknown {
    const value: unknown = Reflect.get(target, name, target);
    if (typeof value !== 'function' || isListeners(name) || isFixed(target, name)) return value;
    const method = value as AnyFunction;
    const known = gated.get(method) ?? new Proxy(method, { apply });
    gated.set(method, known);
    return known;
  }

  function apply(method: AnyFunction, self: unknown, args: unknown[]): unknown {
    const call = () => Reflect.apply(method, self === proxy ? store : self, args);
    const [lane, callback] = [currentLane(), args.at(-1)];
    if (lane === null || typeof callback !== 'function') return call();
    args[args.length - 1] = heldCallback(callback as AnyFunction, 'store', apply as AnyFunction);
    // The timers that a store in memory calls back by are no stops of their own.
    return args.at(-1) === callback ? call() : lane.muted(call);
  }
}

/** `on('disconnect', ...)` takes a listener, which is no callback. */
function isListeners(name: PropertyKey): boolean {
  return name === 'constructor' || name in EventEmitter.prototype;
}

/** What a proxy has to answer as it is. */
function isFixed(target: object, name: PropertyKey): boolean {
  const own = Object.getOwnPropertyDescriptor(target, name);
  return own !== undefined && own.configurable === false && own.writable !== true;
}
