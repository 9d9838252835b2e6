/**
 * guard(): one request, one context (R1, R2), nothing personal shareable (R4), no doubled cookie guessed (R5), in front
 * of a session library that it need not know. It can't see whether a session was read, so whoever sends a credential
 * counts as authenticated wherever the route is not public.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { attachLog } from './console-log.js';
import { type EventCode, type EventListener, Events } from './events.js';
import { type GuardOptions, type GuardSettings, guardSettings } from './guard-options.js';
import type { RequestContext } from './request/context.js';
import { runInContext } from './request/context-storage.js';
import { isHarmlessCookie } from './request/cookie-names.js';
import { reportCookies } from './request/cookie-report.js';
import { readCredentials, stripCookies } from './request/credentials.js';
import { closeAfter, openContext } from './request/lifecycle.js';
import { Mounts } from './request/mounts.js';
import type { Next } from './request/next.js';
import { type RouteTest, targetOf } from './request/route-match.js';
import { isAmbiguousUrl } from './response/ambiguous-url.js';
import { guardHead } from './response/head-guard.js';
import { installHeadHook } from './response/head-hook.js';
import { plainRoutes } from './response/plain-routes.js';
import { cookieNameOf, isExpiring } from './response/set-cookie-line.js';

export interface Guard {
  (req: IncomingMessage, res: ServerResponse, next: Next): void;
  /** Adds a listener for one event, or for all with `'*'`; the log stays. Answers how to take it off again. */
  on(code: EventCode | '*', listener: EventListener): () => void;
  /** Ends the log and its timer. */
  close(): void;
}

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function guard(options: GuardOptions = {}): Guard {
  const settings = guardSettings(options);
  const events = new Events();
  const isPublic = plainRoutes('public', settings.public, events);
  const log = attachLog(events, settings.log);
  const mounts = new Mounts('guard()', events);
  installHeadHook();

  function swapproofGuard(req: IncomingMessage, res: ServerResponse, next: Next): void {
    if (mounts.meets(req, res)) {
      next();
      return;
    }
    let context: RequestContext;
    try {
      context = openGuarded(req, res, { settings, events, isPublic });
    } catch (error) {
      next(error);
      return;
    }
    mounts.add(context);
    runInContext(context, () => next());
  }

  return Object.assign(swapproofGuard, {
    on: (code: EventCode | '*', listener: EventListener) => events.on(code, listener),
    close: () => log.close(),
  });
}

interface Parts {
  readonly settings: GuardSettings;
  readonly events: Events;
  readonly isPublic: RouteTest;
}

function openGuarded(req: IncomingMessage, res: ServerResponse, { settings, events, isPublic }: Parts): RequestContext {
  const credentials = readCredentials(req, settings);
  const context = openContext(req, res, { credentials, events, now: Date.now() });
  const withheld = contradictedNames(context, settings.cookies);
  context.anonymised = withheld.length > 0;
  closeAfter(res, context);
  guardHead(res, context, {
    declaredPublic: isPublic(req),
    mayBePublic: !isAmbiguousUrl(targetOf(req)),
    isIdentityCookie: (line) => isSessionName(cookieNameOf(line), settings.cookies) && isExpiring(line, Date.now()),
    revalidates: false,
    sessionCookies: withheld,
  });
  reportCookies(context);
  if (context.anonymised) stripCookies(req, withheld);
  return context;
}

/**
 * R5: of two values of one session cookie neither is right. With `cookies` configured all of them leave the request,
 * since half a set of session cookies is a guess too. Without, only the contradicted one: the others may be anything,
 * and taking a language or a cart away would break what nobody doubts.
 */
function contradictedNames({ credentials }: RequestContext, configured: readonly string[] | null): readonly string[] {
  return credentials.contradicted.length > 0 && configured ? configured : credentials.contradicted;
}

function isSessionName(name: string, configured: readonly string[] | null): boolean {
  return configured ? configured.includes(name) : !isHarmlessCookie(name);
}
