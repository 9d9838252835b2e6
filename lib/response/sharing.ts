/** What a route says about its own response. */
import type { ServerResponse } from 'node:http';
import { ContextError } from '../errors.js';
import type { RequestContext, Sharing } from '../request/context.js';
import { contextOfResponse } from '../request/context-storage.js';

/**
 * Declares this response the same for everyone. Refused with the event `public.refused` if a session was read: then it
 * is somebody's. One that is read before the head leaves makes it private all the same; after it, reading throws.
 * @throws ContextError ERR_NO_CONTEXT if no swapproof() or guard() is in front, ERR_RESPONSE_STARTED if it is too late
 */
export function markPublic(res: ServerResponse): void {
  const context = declaredOn(res, 'markPublic');
  if (context.firstRead) {
    refuse(context, `${context.route} called markPublic() after ${context.firstRead} read the session`);
  } else if (context.sharing === 'private') {
    refuse(context, `${context.route} called markPublic() after markPrivate()`);
  } else {
    declare(res, context, 'public');
  }
}

/** Declares this response somebody's own: it leaves as `private, no-store`. Wins over `markPublic(res)`. */
export function markPrivate(res: ServerResponse): void {
  declare(res, declaredOn(res, 'markPrivate'), 'private');
}

function declare(res: ServerResponse, context: RequestContext, sharing: Sharing): void {
  context.assertOpen(`Declaring a response ${sharing}`);
  if (res.headersSent) {
    throw new ContextError(
      'ERR_RESPONSE_STARTED',
      `${context.route} was declared ${sharing} after its head had left. Declare it before the first byte.`,
    );
  }
  context.sharing = sharing;
}

function refuse(context: RequestContext, what: string): void {
  context.events.emit('public.refused', `${what}; this changes nothing.`, { source: context });
}

function declaredOn(res: ServerResponse, caller: string): RequestContext {
  const context = contextOfResponse(res);
  if (context) return context;
  throw new ContextError(
    'ERR_NO_CONTEXT',
    `${caller}(res) was called on a response without a context. Mount swapproof() or guard() before the route.`,
  );
}
