/**
 * The path of a request through the kit, as a list of named steps:
 * open -> identify -> admit -> run -> close. What each step decides stands in its own folder.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Kit } from './kit.js';
import { attachContext, contextOfRequest, runInContext } from './request/context-storage.js';
import { RequestContext } from './request/context.js';
import { refuse } from './request/refusal.js';
import type { RequestSession } from './session/request-session.js';

export type Next = (error?: unknown) => void;
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

export function createMiddleware(kit: Kit): Middleware {
  return function swapproof(req, res, next) {
    if (kit.hasOpened(req, res)) return next();
    const session = kit.open(req, res);
    if (!(session instanceof Promise)) return answer(kit, session, next);
    session.then((identified) => answer(kit, identified, next), next);
  };
}
