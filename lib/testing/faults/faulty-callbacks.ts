/** A store that calls back, as those of express-session do, with faults between it and whoever calls. */
import { broken, type FaultName, GARBAGE, type Late } from './fault.js';

export type Callback = (error?: unknown, value?: unknown) => void;

/** `real(done)` is the store's own, with another callback if one is given; `args` are what came before the callback. */
export type CallbackFault = FaultName | ((real: (done?: Callback) => void, done: Callback, ...args: unknown[]) => void);

/** Of each method that takes a callback last. */
export type CallbackFaults = {
  [Method in 'get' | 'set' | 'destroy' | 'touch' | (string & {})]?: CallbackFault | undefined;
};

export function faultyCallbacks<Store extends object>(store: Store, faults: CallbackFaults, late: Late): Store {
  const replies = new Map<string, readonly unknown[]>();
  const proxy: Store = new Proxy(store, {
    get(_store, name) {
      const value: unknown = Reflect.get(store, name, store);
      if (typeof value !== 'function' || typeof name !== 'string' || name === 'constructor') return value;
      return function (this: unknown, ...args: unknown[]) {
        const done = args.at(-1);
        const call = (callback: Callback) => Reflect.apply(value, store, [...args.slice(0, -1), callback]);
        if (typeof done !== 'function' || name in EVENTS) {
          return Reflect.apply(value, this === proxy ? store : this, args);
        }
        outcome({ name, call, done: done as Callback, args: args.slice(0, -1), late, replies }, faults[name]);
      };
    },
    set: (_store, name, value) => Reflect.set(store, name, value),
  });
  return proxy;
}

/** They take listeners, which are no callbacks. */
const EVENTS = { on: 1, once: 1, off: 1, addListener: 1, removeListener: 1, prependListener: 1, emit: 1 };

interface Call {
  readonly name: string;
  readonly call: (callback: Callback) => void;
  readonly done: Callback;
  readonly args: readonly unknown[];
  readonly late: Late;
  /** To the last call of each method. */
  readonly replies: Map<string, readonly unknown[]>;
}

function outcome({ name, call, done, args, late, replies }: Call, fault: CallbackFault | undefined): void {
  const before = replies.get(name);
  const recorded = (then: (...answer: unknown[]) => void) =>
    call((...answer) => {
      replies.set(name, answer);
      then(...answer);
    });
  const all: Readonly<Record<FaultName, () => void>> = {
    null: () => setImmediate(done, null, null),
    garbage: () => setImmediate(done, null, GARBAGE),
    error: () => setImmediate(done, broken(name)),
    hang: () => void late.hang(name).catch(done),
    late: () => recorded((...answer) => void late.hold(answer).then((held) => done(...held))),
    twice: () =>
      recorded((...answer) => {
        done(...answer);
        done(...answer);
      }),
    neighbour: () => recorded((...answer) => done(...(before ?? answer))),
  };
  if (fault === undefined) recorded(done);
  else if (typeof fault === 'function') fault((callback = done) => recorded(callback), done, ...args);
  else all[fault]();
}
