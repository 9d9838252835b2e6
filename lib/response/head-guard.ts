/**
 * R3, R4: all that happens to a head before it leaves, in one order for the kit and guard(): foreign session cookies
 * go, the table decides, what only a private response may carry is added, and the own cookies are the last lines.
 */
import { ServerResponse } from 'node:http';
import { nameOf } from '../errors.js';
import type { RequestContext } from '../request/context.js';
import { type CacheGuardOptions, guardCache } from './cache-guard.js';
import type { Decision } from './decision.js';
import { headOf } from './head-copy.js';
import { type DropListener, type HeadHook, headWasSeen, onHead, onHeadCopy } from './head-hook.js';
import { pack } from './pack.js';
import { asEnforced, cookieBesideHead, keepingOwn, rehearseSettling, reportChanges } from './rehearsed-head.js';
import { guardSetCookies } from './set-cookie-guard.js';
import { isTargetedField } from './targeted-fields.js';

export interface HeadGuardOptions extends CacheGuardOptions {
  /** Names under which only `context.outgoingCookies` may leave. */
  readonly sessionCookies: readonly string[];
  /** Goes over the cookies that the app set, before all else. What it takes away it tells by itself in a rehearsal. */
  readonly settleCookies?: ((res: ServerResponse, status: number) => void) | undefined;
  /** Adds to a head that was just made private, which no cache keeps. */
  readonly addToPrivateHead?: (res: ServerResponse) => void;
  /** In a rehearsal too the own cookies leave, and what goes with them: without them no session would live. */
  readonly keepsOwn?: boolean;
}

export function guardHead(res: ServerResponse, context: RequestContext, options: HeadGuardOptions): void {
  const dropped = reportDropped(context);
  if (!context.events.rehearsing) onHead(res, closedOnFailure(context, options), dropped);
  else if (options.keepsOwn) onHead(res, keepingOwn(context, rehearsed(context, options)), dropped);
  else onHeadCopy(res, rehearsed(context, options), dropped);
  res.once('finish', () => reportBypass(res, context));
}

/** Headers that left without the hook can't be mended, only reported. */
function reportBypass(res: ServerResponse, context: RequestContext): void {
  if (!res.headersSent || res.statusCode < 200 || headWasSeen(res)) return;
  const message =
    `The headers of ${context.route} left without the guard. Mount it first, and call neither ` +
    'http.ServerResponse.prototype.writeHead nor the socket directly.';
  context.events.emit('guard.bypassed', message, { source: context });
}

/** R11: a head that could not be judged is nobody's to store. A throw here would crash express.static. */
function closedOnFailure(context: RequestContext, options: HeadGuardOptions): HeadHook {
  return (res, status) => {
    try {
      if (!context.closed) options.settleCookies?.(res, status);
      guardOnce(res, status, context, options);
    } catch (error) {
      const closed = closeHead(res);
      context.leftShareable = !closed;
      const name = nameOf(error);
      const sent = closed ? 'sent private, no-store, without cookies' : 'sent as it was, without cookies';
      const message = `The head of ${context.route} could not be judged (${name}); ${sent}.`;
      context.events.emit('guard.failed', message, { source: context });
    }
  };
}

/** Judges a copy, and tells what would leave in place of what does. */
function rehearsed(context: RequestContext, options: HeadGuardOptions): HeadHook {
  return (copy, status) => {
    try {
      asEnforced(context, () => {
        const { sessionCookies } = options;
        if (!context.closed && options.settleCookies)
          rehearseSettling(context, copy, (head) => options.settleCookies?.(head, status));
        const now = headOf(copy);
        const decision = guardOnce(copy, status, context, options);
        if (decision) reportChanges(context, { now, enforced: headOf(copy), decision, sessionCookies });
      });
    } catch (error) {
      const message = `The head of ${context.route} could not be judged (${nameOf(error)}), so it is not rehearsed.`;
      context.events.emit('guard.failed', message, { source: context });
    }
  };
}

/**
 * Each step on its own: a `setHeader` that throws made the judgement fail, and does so again. Node's own still works
 * where the response's was replaced. Answers whether no cache may keep the response now.
 */
function closeHead(res: ServerResponse): boolean {
  const native = ServerResponse.prototype;
  const removed = (name: string) => works(() => native.removeHeader.call(res, name));
  removed('Set-Cookie');
  if (works(() => pack(res, []))) return true;
  if (!works(() => native.setHeader.call(res, 'Cache-Control', 'private, no-store'))) return false;
  return native.getHeaderNames.call(res).filter(isTargetedField).every(removed);
}

/** What fails here is told by the event. */
function works(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}

/** What was decided; null for a response that reaches nobody. */
function guardOnce(
  res: ServerResponse,
  status: number,
  context: RequestContext,
  options: HeadGuardOptions,
): Decision | null {
  // The client is gone and so are the request's own cookies; whatever leaves now reaches nobody.
  if (context.closed) {
    pack(res, []);
    return null;
  }
  guardSetCookies(res, context, options.sessionCookies);
  const decision = guardCache(res, status, context, options);
  context.leftShareable = decision.action !== 'pack' && context.credentials.all.length > 0;
  if (decision.action !== 'pack' || !options.addToPrivateHead) return decision;
  options.addToPrivateHead(res);
  guardSetCookies(res, context, options.sessionCookies);
  return decision;
}

function reportDropped(context: RequestContext): DropListener {
  return (where) => {
    if (context.events.rehearsed('would.cookie.drop', cookieBesideHead(context, where))) return false;
    const message = `${context.route} set a cookie in its ${where}; dropped. Set it in the head of the response.`;
    context.events.emit('cookie.stripped', message, { source: context, detail: { where } });
    return true;
  };
}
