/**
 * What Passport itself uses of `req.session`, in callbacks of the app's database, where the handle's refusal would end the
 * process: `messages`, which `failureMessage` and `successMessage` push to, are flash messages of the kind `message`;
 * `returnTo`, which `successReturnToOrRedirect` looks for, is never there.
 */
import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { contextOfRequest } from '../../request/context-storage.js';
import type { Flash } from './flash.js';

const KIND = 'message';

/** The handle with these two; whatever else is done to it is done as before. */
export function withMessages<T extends object>(handle: T, flash: Flash, req: IncomingMessage): T {
  let here: Messages | null = null;
  const messages = () => {
    here ??= new Messages(flash, req);
    return here;
  };
  const onHandle =
    <A extends unknown[], R>(trap: (target: object, ...args: A) => R) =>
    (_none: object, ...args: A) =>
      trap(handle, ...args);
  // Not over the handle itself: what a proxy stands over is asked behind its back, and a handle can't be asked late.
  return new Proxy({ [inspect.custom]: () => inspect(handle) } as unknown as T, {
    get(_none, key) {
      if (key === 'returnTo') return undefined;
      return key === 'messages' ? messages() : Reflect.get(handle, key);
    },
    set(_none, key, value) {
      // Passport puts back what it got; apps clear what they have shown.
      const known = key === 'messages' && Array.isArray(value) && (value === here || value.length === 0);
      return known || Reflect.set(handle, key, value);
    },
    has: onHandle(Reflect.has),
    ownKeys: onHandle(Reflect.ownKeys),
    getOwnPropertyDescriptor: onHandle(Reflect.getOwnPropertyDescriptor),
    getPrototypeOf: onHandle(Reflect.getPrototypeOf),
    deleteProperty: onHandle(Reflect.deleteProperty),
    defineProperty: onHandle(Reflect.defineProperty),
    setPrototypeOf: onHandle(Reflect.setPrototypeOf),
    preventExtensions: onHandle(Reflect.preventExtensions),
  });
}

/** Those of the request before, where a page shows them; what is pushed is for the next one. */
class Messages extends Array<string> {
  readonly #flash: Flash;
  readonly #req: IncomingMessage;

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  constructor(flash: Flash, req: IncomingMessage) {
    super();
    this.#flash = flash;
    this.#req = req;
    const context = contextOfRequest(req);
    if (context?.safe && !context.closed && !context.res.headersSent) super.push(...flash.take(req, KIND));
  }

  override push(...texts: string[]): number {
    for (const text of texts) this.#flash.add(this.#req, KIND, String(text));
    return super.push(...texts);
  }
}
