/** Builds the kit from its options: wiring, no logic. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SwapDetector } from './audit/swap-detector.js';
import { attachLog, type Log } from './console-log.js';
import { type EventCode, type EventListener, Events } from './events.js';
import { KitWhoami } from './kit-whoami.js';
import { CrossSiteCheck } from './login/csrf.js';
import { createRequireSession, type RequireSessionOptions } from './login/require-session.js';
import { returnTo } from './login/return-to.js';
import { createMiddleware, type Kit, type Middleware } from './middleware.js';
import { type Settings, type SwapproofOptions, settingsOf } from './options.js';
import { CREDENTIAL_HEADERS } from './request/credentials.js';
import { routeTest } from './request/route-match.js';
import { installHeadHook } from './response/head-hook.js';
import { publicRoutes } from './response/public-routes.js';
import { markPrivate, markPublic } from './response/sharing.js';
import { Replica } from './revocation/replica.js';
import { Revoker } from './revocation/revoker.js';
import { developmentPorts } from './session/development-mode.js';
import { type ListedSession, listSessions } from './session/devices.js';
import { Identifier } from './session/identify.js';
import { Keyring } from './session/keyring.js';
import { LastSeen } from './session/last-seen.js';
import { MintLimit } from './session/mint-limit.js';
import { OpenedCache } from './session/opened-cache.js';
import { Registry } from './session/registry.js';
import { Revocations, type Revoke } from './session/revocations.js';
import type { SessionServices } from './session/services.js';
import { type Session, sessionAt, standingAt } from './session/session.js';
import type { OpenStore } from './stores/store.js';

/**
 * The kit: a middleware whose methods also work destructured.
 * @typeParam D the session's data
 * @typeParam I what the `identity` option answers
 */
export interface Swapproof<D extends object, I> extends Middleware {
  /** The session of a request. @throws ContextError ERR_NO_CONTEXT if the kit did not see the request */
  of(req: IncomingMessage): Session<D, I>;
  /** A middleware that lets only active sessions pass. */
  requireSession(options?: RequireSessionOptions): Middleware;
  /** The local path that a login was asked to return to, or `fallback`. */
  returnTo(req: IncomingMessage, fallback: string): string;
  /** Declares that this response is the same for everyone. Refused, with an event, if a session was read. */
  markPublic(res: ServerResponse): void;
  /** Declares that no cache may keep this response. */
  markPrivate(res: ServerResponse): void;
  readonly revoke: Revoke;
  /** The subject's profile changed: the next answer of whoami and `identity()` is fresh, in every process. */
  refreshIdentity(subject: string): Promise<void>;
  /** The live sessions of a subject, for a devices page. */
  list(subject: string): AsyncIterable<ListedSession>;
  /** Adds a listener for one event, or with `'*'` for all; answers how to take it off. */
  on(code: EventCode | '*', listener: EventListener): () => void;
  /** Ends all work and closes the store. */
  close(): Promise<void>;
}

const HOUR = 3_600_000;

/**
 * Sessions that nobody else can get. Mount it after static files and before everything that has to do with a user.
 * @throws ConfigurationError for every option that is missing, wrong or weak
 */
export function swapproof<D extends object = Record<string, unknown>, I = unknown>(
  options: SwapproofOptions<I>,
): Swapproof<D, I> {
  const parts = buildParts(settingsOf(options as SwapproofOptions<unknown>), options.secrets);
  const { services, settings, revocations } = parts;
  const middleware = createMiddleware(buildKit(parts));
  services.replica.start();
  return Object.assign(middleware, {
    of: (req: IncomingMessage) => sessionAt(services, req) as Session<D, I>,
    requireSession: (wall?: RequireSessionOptions) => createRequireSession((req) => standingAt(services, req), wall),
    returnTo,
    markPublic,
    markPrivate,
    revoke: revokeVerbs(revocations),
    refreshIdentity: (subject: string) => revocations.refresh(subject),
    list: (subject: string) =>
      listSessions(services.registry, subject, { now: settings.clock.now(), timeouts: settings.timeouts }),
    on: (code: EventCode | '*', listener: EventListener) => services.events.on(code, listener),
    close: () => close(parts),
  });
}

/** Every part of a kit, each made once. */
interface Parts {
  readonly settings: Settings<unknown>;
  readonly store: OpenStore;
  readonly services: SessionServices;
  readonly revocations: Revocations;
  readonly crossSite: CrossSiteCheck;
  readonly whoami: KitWhoami;
  readonly log: Log;
  readonly pruning: NodeJS.Timeout;
}

function buildParts(settings: Settings<unknown>, secrets: unknown): Parts {
  const keyring = new Keyring(secrets, settings.audience);
  const crossSite = new CrossSiteCheck(settings.trustedOrigins);
  const { clock, timeouts } = settings;
  const events = new Events(() => clock.now());
  const store = settings.store.open({ keep: Math.ceil(timeouts.absolute * 1.1) + HOUR });
  const replica = new Replica({ log: store.log, clock, events });
  const revoker = new Revoker({ log: store.log, replica, clock, events, deadline: settings.revokeDeadline });
  const registry = new Registry(store.registry, keyring);
  const whoami = new KitWhoami(settings, replica, events, [...CREDENTIAL_HEADERS, ...settings.headers]);
  const services: SessionServices = {
    ...settings,
    events,
    keyring,
    registry,
    replica,
    revoker,
    lastSeen: new LastSeen(registry, clock, events),
    mintLimit: new MintLimit(clock),
    crossSite: (req) => crossSite.reason(req),
    identity: (session) => whoami.identity(session),
  };
  const pruning = setInterval(() => void registry.prune(clock.now()).catch(() => undefined), HOUR).unref();
  const log = attachLog(events, settings.log);
  return { settings, store, services, crossSite, whoami, log, pruning, revocations: new Revocations(services) };
}

function buildKit({ settings, services, crossSite, whoami }: Parts): Kit {
  installHeadHook();
  const { events, keyring } = services;
  let reported = false;
  return {
    services,
    events,
    crossSite,
    identifier: new Identifier(services, new OpenedCache(keyring)),
    detector: new SwapDetector(events),
    headers: [...new Set([...CREDENTIAL_HEADERS, ...settings.headers])],
    property: settings.property,
    developmentPort: developmentPorts(process.env['NODE_ENV']),
    isPublic: publicRoutes(settings.public, events),
    isExempt: routeTest('csrf.exempt', settings.exempt, () => undefined),
    opened: new WeakSet(),
    whoami: (session) => whoami.answer(session),
    mountedTwice(context) {
      if (reported) return;
      reported = true;
      events.emit('mounted.twice', 'swapproof() is mounted twice; the inner one passes through.', { source: context });
    },
  };
}

function revokeVerbs(revocations: Revocations): Revoke {
  return Object.freeze({
    subject: (subject, { except } = {}) => revocations.subject(subject, [except ?? []].flat()),
    session: (id, { of } = {}) => revocations.session(id, of),
    sessions: (ids) => revocations.sessions(ids),
    everyone: () => revocations.everyone(),
  } satisfies Revoke);
}

async function close({ services, store, whoami, log, pruning }: Parts): Promise<void> {
  clearInterval(pruning);
  await services.lastSeen.flush();
  whoami.close();
  await services.replica.close();
  await store.close();
  log.close();
}
