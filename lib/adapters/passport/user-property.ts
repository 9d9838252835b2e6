/**
 * `req.user`. It is looked up for every request, but only reading it makes the response private (R4). It outlives the
 * response: it is the app's own object and opens nothing, and a throw in the callback of a database, whose client has left
 * meanwhile, would end the process.
 */
import type { IncomingMessage } from 'node:http';
import { contextOfRequest } from '../../request/context-storage.js';
import type { PassportKit } from './passport-like.js';

export function defineUser(sessions: PassportKit, req: IncomingMessage, property: string, user: unknown): void {
  Object.defineProperty(req, property, {
    get(this: IncomingMessage) {
      // Counts as reading the session; throws where validity can't be known, and on a copy of the request (R1, R11).
      if (!contextOfRequest(this)?.closed) void sessions.of(this).active;
      return user;
    },
    // Strategies without sessions, and tests, assign one of their own.
    set(this: IncomingMessage, value: unknown) {
      Object.defineProperty(this, property, { value, writable: true, enumerable: true, configurable: true });
    },
    enumerable: true,
    configurable: true,
  });
}
