/**
 * guard(): one request, one context (R1, R2), nothing personal shareable (R4), no doubled cookie guessed (R5), in front
 * of a session library that it need not know. It can't see whether a session was read, so whoever sends a credential
 * counts as authenticated wherever the route is not public.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Binding } from './bind/binding.js';
import type { BoundRequest } from './bind/bound-request.js';
import { attachLog } from './console-log.js';
import type { EventCode, EventListener, Events } from './events.js';
import { type GuardOptions, type GuardSettings, guardSettings } from './guard-options.js';
import { answerProbe } from './probe/answer-probe.js';
import { guardProbeHead } from './probe/head.js';
import { isProbe } from './probe/route.js';
import { rehearsable, sayIfRehearsing } from './rehearsal/rehearsable.js';
import type { RehearsalReport } from './rehearsal/report.js';
import type { RequestContext } from './request/context.js';
import { runInContext } from './request/context-storage.js';
import { isHarmlessCookie } from './request/cookie-names.js';
import { reportCookies } from './request/cookie-report.js';
import { readCredentials } from './request/credentials.js';
import { MountOrder } from './request/earlier-session.js';
import { closeAfter, openContext } from './request/lifecycle.js';
import { Mounts } from './request/mounts.js';
import type { Next } from './request/next.js';
import { type Refusal, refuse, refusedByError } from './request/refusal.js';
import { contradicted, credentialsOf, withhold } from './request/withheld.js';
import { guardHead } from './response/head-guard.js';
import { installHeadHook } from './response/head-hook.js';
import { judgeRequest, type RequestRules } from './response/judged-request.js';
import { plainRoutes } from './response/plain-routes.js';
import { cookieNameOf, isExpiring } from './response/set-cookie-line.js';

export interface Guard {
  (req: IncomingMessage, res: ServerResponse, next: Next): void;
  /** Adds a listener for one event, or for all with `'*'`; the log stays. Answers how to take it off again. */
  on(code: EventCode | '*', listener: EventListener): () => void;
  /** What would change, as far as it was seen since the start; empty without `insecureReportOnly`. */
  report(): RehearsalReport;
  /** Ends the log and its timer. */
  close(): void;
}

/** @throws ConfigurationError ERR_INVALID_OPTION */
export function guard(options: GuardOptions = {}): Guard {
  const settings = guardSettings(options);
  const { events, report } = rehearsable(settings);
  const rules = {
    deception: settings.deception,
    speculation: settings.speculation,
    isPublic: plainRoutes('public', settings.public, events),
    isPrivateFile: plainRoutes('privateFiles', settings.privateFiles, events),
  };
  const binding = settings.bind && new Binding(settings.bind, events);
  const log = attachLog(events, settings.log);
  const mounts = new Mounts('guard()', events);
  const order = new MountOrder('guard()', events);
  installHeadHook();
  sayIfRehearsing(events, settings.log);

  function swapproofGuard(req: IncomingMessage, res: ServerResponse, next: Next): void {
    if (mounts.meets(req, res)) {
      next();
      return;
    }
    if (settings.probe && isProbe(req)) {
      mounts.add(probed(req, res, settings, events));
      return;
    }
    let opened: Opened;
    try {
      opened = openGuarded(req, res, { settings, events, rules, order, binding });
    } catch (error) {
      if (events.rehearsed('would.refuse', refusedByError(req, error))) next();
      else next(error);
      return;
    }
    const { context, refusal } = opened;
    mounts.add(context);
    if (refusal) refuse(req, res, refusal);
    else runInContext(context, () => next());
  }

  return Object.assign(swapproofGuard, {
    on: (code: EventCode | '*', listener: EventListener) => events.on(code, listener),
    report,
    close: () => log.close(),
  });
}

/** Answers with the head of a private page: whatever the URL looks like, it is the cache that is measured, not the app. */
function probed(req: IncomingMessage, res: ServerResponse, settings: GuardSettings, events: Events): RequestContext {
  const { bind, headers } = settings;
  const context = openContext(req, res, { credentials: readCredentials(req, settings), events, now: Date.now() });
  closeAfter(res, context);
  guardProbeHead(context);
  answerProbe(req, res, { cookies: settings.cookies ?? (bind ? [bind.cookie] : []), headers });
  return context;
}

interface Parts {
  readonly settings: GuardSettings;
  readonly events: Events;
  readonly rules: RequestRules;
  readonly order: MountOrder;
  readonly binding: Binding | null;
}

interface Opened {
  readonly context: RequestContext;
  readonly refusal: Refusal | null;
}

function openGuarded(req: IncomingMessage, res: ServerResponse, parts: Parts): Opened {
  const { settings, events, rules, order, binding } = parts;
  const presented = binding?.read(req, settings);
  const credentials = presented?.credentials ?? readCredentials(req, settings);
  const context = openContext(req, res, { credentials, events, now: Date.now() });
  // Before bind, which watches req.session.
  order.check(context);
  const bound = presented && binding?.meet(context, presented);
  const refused = bound?.refused ? (settings.cookies ?? [bound.settings.cookie]) : [];
  context.tagRefused = refused.length > 0;
  context.anonymised = credentials.contradicted.length > 0 || context.tagRefused;
  const { refusal, ...declared } = judgeRequest(context, rules);
  const veiled = rules.deception === 'anonymous' && context.url !== 'plain';
  const withheld = veiled ? credentialsOf(context, settings) : contradicted(context, settings);
  context.anonymised ||= veiled;
  // A new session may follow one that was refused for its tag: nobody is kept from logging in. bind/settle.ts says when.
  const others = refused.filter((name) => name !== bound?.settings.cookie);
  const kept = context.safe ? [...withheld.cookies, ...others] : withheld.cookies;
  closeAfter(res, context);
  guardHead(res, context, {
    ...declared,
    isIdentityCookie: (line) => isSessionName(cookieNameOf(line), settings, bound) && isExpiring(line, Date.now()),
    revalidates: false,
    sessionCookies: kept,
    settleCookies: bound && !kept.includes(bound.settings.cookie) ? binding?.settler(bound) : undefined,
  });
  reportCookies(context);
  if (context.anonymised) withhold(context, { ...withheld, cookies: [...withheld.cookies, ...refused] });
  return { context, refusal };
}

function isSessionName(name: string, { cookies }: GuardSettings, bound: BoundRequest | undefined): boolean {
  if (cookies) return cookies.includes(name);
  return name !== bound?.tagCookie.name && !isHarmlessCookie(name);
}
