/**
 * How a context is found: by its own request or response (WeakMap, which nobody can forge or copy onto another
 * object), and by AsyncLocalStorage only for what can do no harm if it is wrong: request id, snapshot, events (R1).
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ContextError } from '../errors.js';
import type { ContextSnapshot, RequestContext } from './context.js';

const byRequest = new WeakMap<IncomingMessage, RequestContext>();
const byResponse = new WeakMap<ServerResponse, RequestContext>();
const storage = new AsyncLocalStorage<RequestContext>();

/** The face of a context for code that has no request at hand: names it, and gives no way to its session. */
export interface AmbientContext {
  readonly requestId: string;
  readonly route: string;
  snapshot(): ContextSnapshot;
}

/** Ties a context to its request and response. Either one seen before is refused, never adopted. */
export function attachContext(req: IncomingMessage, res: ServerResponse, context: RequestContext): void {
  if (byRequest.has(req) || byResponse.has(res)) {
    throw new ContextError(
      'ERR_CONTEXT_EXISTS',
      'This request or response already belongs to another context. One request, one swapproof() or guard(): ' +
        'take one of them away, and never reuse a request or response object.',
    );
  }
  byRequest.set(req, context);
  byResponse.set(res, context);
}

export function contextOfRequest(req: IncomingMessage): RequestContext | undefined {
  return byRequest.get(req);
}

export function contextOfResponse(res: ServerResponse): RequestContext | undefined {
  return byResponse.get(res);
}

/** Runs `work` with the context as the ambient one. `enterWith` would leak into the next request of the socket. */
export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work);
}

/** Runs `work` outside any request, for refreshes that serve everybody. */
export function runOutsideContext<T>(work: () => T): T {
  return storage.exit(work);
}

/** The context AsyncLocalStorage believes in: for comparing, never for finding a session. */
export function ambientRequestContext(): RequestContext | undefined {
  return storage.getStore();
}

/** The current request's name and snapshot, or undefined outside a request. Throws once its response has ended. */
export function tryGetContext(): AmbientContext | undefined {
  const context = storage.getStore();
  context?.assertOpen('getContext()');
  return context && ambient(context);
}

/** As `tryGetContext()`, but throws `ERR_NO_CONTEXT` outside a request. */
export function getContext(): AmbientContext {
  const context = tryGetContext();
  if (context) return context;
  throw new ContextError(
    'ERR_NO_CONTEXT',
    'getContext() was called outside a request. Mount swapproof() or guard() before the caller, or use tryGetContext().',
  );
}

function ambient(context: RequestContext): AmbientContext {
  return Object.freeze({
    requestId: context.requestId,
    get route() {
      context.assertOpen('getContext().route');
      return context.route;
    },
    snapshot() {
      context.assertOpen('getContext().snapshot()');
      return context.snapshot();
    },
  });
}
