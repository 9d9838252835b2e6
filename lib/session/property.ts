/** The handle as a property of the request: an accessor, so that nobody's assignment can replace it without a word. */
import type { IncomingMessage } from 'node:http';
import { ContextError } from '../errors.js';

/**
 * `handle` is asked with the object that the property was read on: a wrapper that inherits it has no session (R1).
 * @throws ContextError ERR_SESSION_PROPERTY_TAKEN if something else is there already, or comes later.
 */
export function defineSessionProperty(
  req: IncomingMessage,
  property: string,
  handle: (req: IncomingMessage) => unknown,
): void {
  if (property in req) throw taken(property, 'was there before swapproof() ran');
  Object.defineProperty(req, property, {
    get(this: IncomingMessage) {
      return handle(this);
    },
    set() {
      throw taken(property, 'was assigned by something mounted after swapproof()');
    },
    enumerable: true,
    configurable: false,
  });
}

function taken(property: string, how: string): ContextError {
  return new ContextError(
    'ERR_SESSION_PROPERTY_TAKEN',
    `req.${property} ${how}. Remove the other session library, or give swapproof({ property: false }) and use ` +
      'sessions.of(req).',
  );
}
