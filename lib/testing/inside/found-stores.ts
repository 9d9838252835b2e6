/** Stores of an app, made to call back where a held request can stop: express-session's is found on the request. */
import { heldCallback } from '../interleave/callbacks.js';
import { currentLane } from '../interleave/lane.js';
import { type AnyFunction, Patched } from './patched.js';
import type { Visit } from './visits.js';

const METHODS = ['get', 'set', 'touch', 'destroy'];

/** @param ask sends a request, if none has been seen yet */
export async function gateFoundStores(
  visits: readonly Visit[],
  given: readonly object[] | undefined,
  ask: () => Promise<void>,
): Promise<Patched> {
  await ask();
  const stores = new Set<object>(given ?? []);
  for (const { req } of visits) {
    const store: unknown = Reflect.get(req, 'sessionStore');
    if (typeof store === 'object' && store !== null) stores.add(store);
  }
  const patched = new Patched();
  for (const store of stores)
    for (const name of METHODS) patched.replace(store, name, (original) => gated(store, original));
  return patched;
}

/** As `gateStore()` does, but in place: the app has the store already. */
function gated(store: object, original: AnyFunction): AnyFunction {
  return gate;

  function gate(...args: unknown[]): unknown {
    const [lane, callback] = [currentLane(), args.at(-1)];
    if (lane === null || typeof callback !== 'function') return original.apply(store, args);
    args[args.length - 1] = heldCallback(callback as AnyFunction, 'store', gate);
    return lane.muted(() => original.apply(store, args));
  }
}
