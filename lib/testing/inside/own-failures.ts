/**
 * Failures that the suite makes are not reported as the app's: what the app leaves unhandled of them would end the process of
 * the tests. Everything else that is left unhandled goes its way.
 */
import { nodeProcess } from '../interleave/core.js';
import { Patched } from './patched.js';

const made = new WeakSet<Error>();
const DEEPEST_CAUSE = 10;

let breaking = 0;

/** What is left unhandled until the answer is called is taken for ours: nothing tells what came of a store that found nothing. */
export function whileBroken(): () => void {
  breaking++;
  return () => setImmediate(() => breaking--);
}

/** @param message without the name of the package */
export function madeToFail(message: string): Error {
  const error = new Error(`swapproof: ${message}`);
  made.add(error);
  return error;
}

export async function ignoringOwnFailures<T>(work: () => Promise<T>): Promise<T> {
  const patched = new Patched();
  patched.replace(nodeProcess, 'emit', (emit) => {
    return function (this: unknown, event, reason, ...rest) {
      const ends = event === 'unhandledRejection' || event === 'uncaughtException';
      return ends && (breaking > 0 || isMade(reason)) ? true : emit.call(this, event, reason, ...rest);
    };
  });
  try {
    return await work();
  } finally {
    // What has just been left unhandled is told by Node a turn later.
    await new Promise((resolve) => setImmediate(resolve));
    patched.restore();
  }
}

/** Itself, or what the app has wrapped it in. */
function isMade(reason: unknown): boolean {
  let error = reason;
  for (let depth = 0; depth < DEEPEST_CAUSE && error instanceof Object; depth++) {
    if (made.has(error as Error)) return true;
    error = Reflect.get(error, 'cause');
  }
  return false;
}
