/**
 * R1, R2: how a request's context begins and ends, for the kit and for guard() alike.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Events } from '../events.js';
import { RequestContext } from './context.js';
import { attachContext } from './context-storage.js';
import type { CredentialSet } from './credentials.js';

export interface Opening {
  readonly credentials: CredentialSet;
  readonly events: Events;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A fresh context, tied to this request and response. @throws ContextError ERR_CONTEXT_EXISTS */
export function openContext(req: IncomingMessage, res: ServerResponse, opening: Opening): RequestContext {
  const context = new RequestContext(req, res, opening.credentials, opening.now, opening.events);
  attachContext(req, res, context);
  return context;
}

/**
 * Closes the context in the tick after `finish` or `close`, whichever comes first. Waiting for that tick lets the
 * listeners of both events (access logs) still read, and no other request's I/O can come between.
 */
export function closeAfter(res: ServerResponse, context: RequestContext): void {
  const end = () => process.nextTick(() => context.close());
  res.once('finish', end);
  res.once('close', end);
  // A client that left while earlier middleware waited: both events are over, and would not come again.
  if (res.closed || res.destroyed || res.writableFinished) end();
}
