/**
 * The path of a request through the kit: open -> identify -> admit -> adopt -> run -> close. A list of named steps; what each
 * decides stands in its own folder.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ContextError } from './errors.js';
import type { Events } from './events.js';
import { guardKitHead } from './head.js';
import { UNAVAILABLE } from './login/require-session.js';
import { answerProbe } from './probe/answer-probe.js';
import { guardProbeHead } from './probe/head.js';
import type { RequestContext } from './request/context.js';
import { runInContext } from './request/context-storage.js';
import { reportCookies } from './request/cookie-report.js';
import { earlierSession, mountOrder } from './request/earlier-session.js';
import { closeAfter, openContext } from './request/lifecycle.js';
import { canChangeState } from './request/methods.js';
import type { Mounts } from './request/mounts.js';
import type { Next } from './request/next.js';
import { type Refusal, refuse, refusedByError } from './request/refusal.js';
import type { RouteTest } from './request/route-match.js';
import { judgeRequest, type RequestRules } from './response/judged-request.js';
import type { Adopter } from './session/adopter.js';
import { anonymiseContradictions } from './session/anonymise.js';
import type { SameSite } from './session/cookies.js';
import { sessionAt } from './session/handle.js';
import { presentsSession, readPresented } from './session/presented.js';
import { defineSessionProperty } from './session/property.js';
import { type Recognition, recognise } from './session/recognise.js';
import type { RequestSession } from './session/request-session.js';
import { veil } from './session/veil.js';

export type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** What the steps work with; put together once, in kit.ts. */
export interface Kit extends Recognition {
  readonly headers: readonly string[];
  readonly sameSite: SameSite;
  readonly property: string | null;
  /** Name of the cookie of the library that was there before. */
  readonly former: string | undefined;
  readonly adopter: Adopter | null;
  /** The number in the names of development mode's cookies; null in production. */
  developmentPort(req: IncomingMessage): number | null;
  readonly rules: RequestRules;
  readonly isExempt: RouteTest;
  readonly mounts: Mounts;
  readonly isProbe: RouteTest;
  /** Answers whoami's own paths; false for all others. */
  whoami(session: RequestSession): boolean;
}

export function createMiddleware(kit: Kit): Middleware {
  return function swapproof(req, res, next) {
    if (kit.mounts.meets(req, res)) return next();
    const session = attempt(next, () => identify(kit, req, res));
    if (session instanceof Promise) session.then((found) => run(kit, found, next), next);
    else if (session) run(kit, session, next);
  };
}

/**
 * Opens the context, ties the head and the end of the response to it, and finds out whose session it is. Undefined
 * where the request was answered before anything was asked for.
 */
function identify(
  kit: Kit,
  req: IncomingMessage,
  res: ServerResponse,
): RequestSession | Promise<RequestSession> | undefined {
  const { services, headers, sameSite, rules } = kit;
  assertMountedFirst(services.events, req);
  const presented = readPresented(req, {
    developmentPort: kit.developmentPort(req),
    former: kit.former,
    headers,
    sameSite,
  });
  const context = openContext(req, res, {
    credentials: presented.credentials,
    events: services.events,
    now: services.clock.now(),
  });
  kit.mounts.add(context);
  closeAfter(res, context);
  if (kit.isProbe(req)) return probed(kit, context, presented.names.session);
  anonymiseContradictions(context, presented);
  const judged = judgeRequest(context, rules);
  guardKitHead(services, context, presented.names, judged);
  reportCookies(context);
  if (judged.refusal === null) return recognise(kit, context, presented);
  refuse(req, res, judged.refusal);
  return undefined;
}

/** The page that doctor asks for. It is no session's, and neither a URL that looks odd nor doubled cookies matter here. */
function probed({ headers }: Kit, context: RequestContext, cookie: string): undefined {
  guardProbeHead(context);
  answerProbe(context.req, context.res, { cookies: [cookie], headers });
  return undefined;
}

/** @throws ContextError ERR_MOUNT_ORDER */
function assertMountedFirst(events: Events, req: IncomingMessage): void {
  const library = earlierSession(req);
  if (library === null) return;
  const error = new ContextError('ERR_MOUNT_ORDER', mountOrder(library, 'swapproof()'));
  if (!events.rehearsed('would.refuse', refusedByError(req, error))) throw error;
}

/** Whether the app may see the request. What is refused here is answered here. */
function admit(kit: Kit, session: RequestSession): boolean {
  const { context } = session;
  const { req } = context;
  if (kit.rules.deception === 'anonymous' && context.url !== 'plain') veil(session);
  if (isFromAnotherSite(kit, session)) return refused(context, CROSS_SITE);
  if (kit.whoami(session)) return false;
  if (session.unknown && !kit.rules.isPublic(req)) return refused(context, UNAVAILABLE);
  if (kit.property !== null) defineSessionProperty(req, kit.property, (asked) => sessionAt(kit.services, asked));
  return true;
}

/** A request that ended while it was identified goes nowhere (R2). */
function run(kit: Kit, session: RequestSession, next: Next): void {
  const { context } = session;
  if (context.closed) return;
  if (!attempt(next, () => admit(kit, session))) return;
  const adopting = kit.adopter?.adopt(session);
  if (adopting === undefined) runInContext(context, next);
  else void adopted(session, adopting).then((done) => done && runInContext(context, next));
}

/** Whether the session is the kit's now. One that can't be adopted counts for nothing on an unsafe request (R11). */
async function adopted({ context }: RequestSession, adopting: Promise<void>): Promise<boolean> {
  try {
    await adopting;
    return !context.closed;
  } catch {
    return !context.closed && refused(context, UNAVAILABLE);
  }
}

function refused({ req, res }: RequestContext, refusal: Refusal): false {
  refuse(req, res, refusal);
  return false;
}

/** Unsafe requests that present a session cookie, by the wire's method. */
function isFromAnotherSite({ services, isExempt }: Kit, { context, names }: RequestSession): boolean {
  const { req, credentials } = context;
  if (!canChangeState(req)) return false;
  const ours = [names.session, names.former];
  const presents = credentials.all.some(({ name }) => ours.includes(name)) || presentsSession(req);
  if (!presents || isExempt(req)) return false;
  const reason = services.crossSite(req);
  if (reason === null) return false;
  services.events.emit('csrf.refused', `${context.route}: refused, ${reason}.`, { source: context });
  return true;
}

const CROSS_SITE = {
  status: 403,
  code: 'Forbidden',
  message: 'This request came from another site.',
} as const;

/** A step that throws is a mistake in the app's set-up: it goes to the app's error handler. Never around `next()`. */
function attempt<T>(next: Next, step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    next(error);
    return undefined;
  }
}
