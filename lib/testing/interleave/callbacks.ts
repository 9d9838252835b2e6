/** Callback code: what timers, fs, dns and crypto call back in a lane comes to its `arrive()` first. */
import crypto from 'node:crypto';
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import { isNative } from './core.js';
import { currentLane, type StopKind } from './lane.js';
import type { Patches } from './patches.js';
import { callerOf } from './places.js';

type AnyFunction = (...args: unknown[]) => unknown;

const TIMERS = ['setTimeout', 'setImmediate'];
/** Functions that wait once and call back last. Whatever watches or streams calls back again and again. */
const ONCE = /^(?!create|watch|unwatch|open(?:AsBlob|Sync)|_)[a-z]\w*(?<!Sync)$/;
const HASHES = [
  'pbkdf2',
  'scrypt',
  'hkdf',
  'randomBytes',
  'randomFill',
  'randomInt',
  'generateKeyPair',
  'sign',
  'verify',
];

export function watchCallbacks(globals: readonly object[], patches: Patches): void {
  for (const owner of [...globals, timers]) for (const name of TIMERS) patch(owner, name, 'timer', first);
  for (const name of Object.keys(fs)) if (ONCE.test(name)) patch(fs, name, 'fs', last);
  for (const name of Object.keys(dns)) if (ONCE.test(name)) patch(dns, name, 'dns', last);
  for (const name of HASHES) patch(crypto, name, 'crypto', last);
  // Names that ES modules have imported follow, now and when all is put back.
  syncBuiltinESMExports();

  function patch(owner: object, name: string, kind: StopKind, which: (args: readonly unknown[]) => number): void {
    patches.replace(owner, name, (original) => {
      return typeof original === 'function'
        ? { value: watched(original as AnyFunction, kind, which), writable: true }
        : null;
    });
  }
}

const first = () => 0;
const last = (args: readonly unknown[]) => args.length - 1;

function watched(original: AnyFunction, kind: StopKind, which: (args: readonly unknown[]) => number): AnyFunction {
  function patched(this: unknown, ...args: unknown[]): unknown {
    const at = which(args);
    if (typeof args[at] === 'function') args[at] = heldCallback(args[at] as AnyFunction, kind, patched);
    return Reflect.apply(original, this, args);
  }
  // Among them is what util.promisify() goes by.
  Object.defineProperties(patched, Object.getOwnPropertyDescriptors(original));
  return patched;
}

/** The callback itself, unless it is an app's own code in a lane. */
export function heldCallback(callback: AnyFunction, kind: StopKind, callee: AnyFunction): AnyFunction {
  const lane = currentLane();
  if (lane === null || lane.deaf || isNative(callback)) return callback;
  const caller = callerOf(callee);
  return caller.by === 'app' ? lane.held(callback, lane.suspend(caller.where, kind)) : callback;
}
