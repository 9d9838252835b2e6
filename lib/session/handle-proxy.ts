/**
 * A handle that refuses express-session's habits at once and by name. Code that sets a property on `req.session` or
 * calls `save(callback)` would otherwise hang or lose its data without a word.
 */
import { SessionError } from '../errors.js';

/** What a handle is called, and how a value is changed where people would assign it. */
export interface Face {
  readonly name: string;
  readonly change: string;
  readonly remove: string;
}

export const SESSION: Face = {
  name: 'session',
  change: 'Use await session.update({ key: value }) on an unsafe method.',
  remove: 'Use await session.update({ key: undefined }).',
};

export const STORED: Face = {
  name: 'session.stored',
  change: 'Use await session.stored.set(key, value).',
  remove: 'Use await session.stored.delete(key).',
};

/** What express-session has and this does not, with what to do instead. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  save: 'Nothing needs saving: await session.update(patch).',
  touch: 'The idle time is renewed by itself.',
  reload: 'Each request opens its session anew.',
  cookie: 'Lifetimes are options of swapproof(): idle and absolute.',
  resetMaxAge: 'The idle time is renewed by itself.',
};

type Trap = (...args: never[]) => unknown;

/** @param touch is told of every use, with the trap whose caller is the app's own code. */
export function refusingProxy<T extends object>(
  target: T,
  touch: (name: string, trap: Trap) => void,
  face: Face = SESSION,
): T {
  const proxy: ProxyHandler<T> = {
    get(handle, key) {
      if (typeof key === 'symbol' || key === 'then') return Reflect.get(handle, key, handle);
      const replacement = REPLACEMENTS[key];
      if (replacement !== undefined && Object.hasOwn(REPLACEMENTS, key)) refuse(`${face.name}.${key}`, replacement);
      touch(key, proxy.get as Trap);
      const value: unknown = Reflect.get(handle, key, handle);
      if (typeof value !== 'function' || key === 'constructor') return value;
      return checkedMethod(`${face.name}.${key}`, value as Trap, (call) => touch(key, call), handle);
    },
    set(_handle, key) {
      return refuse(`${face.name}.${String(key)} = ...`, face.change);
    },
    defineProperty(_handle, key) {
      return refuse(`${face.name}.${String(key)} = ...`, face.change);
    },
    deleteProperty(_handle, key) {
      return refuse(`delete ${face.name}.${String(key)}`, face.remove);
    },
    setPrototypeOf: () => refuse('Object.setPrototypeOf(session)', 'The handle is not for extending.'),
    preventExtensions: () => refuse('Object.freeze(session)', 'The handle is frozen by itself.'),
    has(handle, key) {
      touch(String(key), proxy.has as Trap);
      return Reflect.has(handle, key);
    },
    ownKeys(handle) {
      touch('keys', proxy.ownKeys as Trap);
      return Reflect.ownKeys(handle);
    },
    getOwnPropertyDescriptor(handle, key) {
      touch(String(key), proxy.getOwnPropertyDescriptor as Trap);
      return Reflect.getOwnPropertyDescriptor(handle, key);
    },
  };
  return new Proxy(target, proxy);
}

/** A callback would never be called, and the request never answered. A method kept for later is a use of its own. */
function checkedMethod(name: string, method: Trap, touch: (call: Trap) => void, handle: object): Trap {
  return function call(...args: unknown[]) {
    touch(call as Trap);
    if (args.some((arg) => typeof arg === 'function')) {
      refuse(`${name}(callback)`, `It answers a promise: await ${name}().`);
    }
    return Reflect.apply(method, handle, args);
  };
}

function refuse(what: string, instead: string): never {
  throw new SessionError('ERR_NOT_EXPRESS_SESSION', `${what} is express-session's, not swapproof's. ${instead}`);
}
