/** Puts a kit together from its settings: wiring, no logic. */
import { SwapDetector } from './audit/swap-detector.js';
import { attachLog, type Log } from './console-log.js';
import { KitWhoami } from './kit-whoami.js';
import { CrossSiteCheck } from './login/csrf.js';
import type { Kit } from './middleware.js';
import { isProbe } from './probe/route.js';
import { rehearsable, sayIfRehearsing } from './rehearsal/rehearsable.js';
import type { RehearsalReport } from './rehearsal/report.js';
import { CREDENTIAL_HEADERS } from './request/credentials.js';
import { Mounts } from './request/mounts.js';
import { installHeadHook } from './response/head-hook.js';
import { plainRoutes } from './response/plain-routes.js';
import { Replica } from './revocation/replica.js';
import { Revoker } from './revocation/revoker.js';
import { Adopter } from './session/adopter.js';
import { AnonymousSessions } from './session/anonymous-sessions.js';
import { developmentPorts } from './session/development-mode.js';
import { Formers } from './session/formers.js';
import { Identifier } from './session/identify.js';
import { Keyring } from './session/keyring.js';
import { LastSeen } from './session/last-seen.js';
import { MintLimit } from './session/mint-limit.js';
import { OpenedCache } from './session/opened-cache.js';
import { Registry } from './session/registry.js';
import { Revocations } from './session/revocations.js';
import type { SessionServices } from './session/services.js';
import { StoredValues } from './session/stored-values.js';
import { longestLifetime } from './session/timeouts.js';
import type { Settings } from './settings.js';
import type { OpenStore } from './stores/store.js';

const HOUR = 3_600_000;

/** Every part of a kit, each made once. */
export interface Parts {
  readonly settings: Settings<unknown>;
  readonly store: OpenStore;
  readonly services: SessionServices;
  readonly revocations: Revocations;
  readonly whoami: KitWhoami;
  readonly log: Log;
  readonly pruning: NodeJS.Timeout;
  report(): RehearsalReport;
}

export function buildParts(settings: Settings<unknown>, secrets: unknown): Parts {
  const keyring = new Keyring(secrets, settings.audience);
  const crossSite = new CrossSiteCheck(settings.trustedOrigins);
  const { clock, timeouts } = settings;
  const { events, report } = rehearsable(settings, () => clock.now());
  const store = settings.store.open({ keep: Math.ceil(longestLifetime(timeouts) * 1.1) + HOUR });
  const replica = new Replica({ log: store.log, clock, events });
  const revoker = new Revoker({ log: store.log, replica, clock, events, deadline: settings.revokeDeadline });
  const registry = new Registry(store.registry, keyring, settings.requestDeadline);
  const waiting = { clock, idle: timeouts.idle, deadline: settings.requestDeadline };
  const anonymous = new AnonymousSessions({ store: store.anonymous, most: settings.anonymousMax, ...waiting });
  const whoami = new KitWhoami(settings, replica, events, [...CREDENTIAL_HEADERS, ...settings.headers]);
  const formers = settings.adopt && new Formers(settings.adopt, { ...settings, events, replica });
  const services: SessionServices = {
    ...settings,
    events,
    keyring,
    formers,
    registry,
    replica,
    revoker,
    lastSeen: new LastSeen(registry, clock, events, timeouts.idle),
    stored: new StoredValues({ store: store.stored, keyring, ...waiting }),
    anonymous,
    anonymousSeen: new LastSeen(anonymous, clock, events, timeouts.idle),
    mintLimit: new MintLimit(clock),
    crossSite: (req) => crossSite.refusal(req, events),
    identity: (session) => whoami.identity(session),
  };
  const prune = () => Promise.allSettled([registry.prune(clock.now()), anonymous.prune()]);
  const pruning = setInterval(() => void prune(), HOUR).unref();
  const log = attachLog(events, settings.log);
  sayIfRehearsing(events, settings.log);
  return { settings, store, services, whoami, log, pruning, report, revocations: new Revocations(services) };
}

export function buildKit({ settings, services, whoami }: Parts): Kit {
  installHeadHook();
  const { events, keyring, formers } = services;
  return {
    services,
    identifier: new Identifier(services, {
      cookies: new OpenedCache(keyring),
      tokens: new OpenedCache(keyring, 'token'),
    }),
    detector: new SwapDetector(events),
    former: settings.adopt?.cookieName,
    adopter: formers && new Adopter(services, formers),
    headers: [...new Set([...CREDENTIAL_HEADERS, ...settings.headers])],
    sameSite: settings.sameSite,
    property: settings.property,
    developmentPort: developmentPorts(process.env.NODE_ENV),
    rules: {
      deception: settings.deception,
      speculation: settings.speculation,
      isPublic: plainRoutes('public', settings.public, events),
      isPrivateFile: plainRoutes('privateFiles', settings.privateFiles, events),
    },
    isExempt: plainRoutes('csrf.exempt', settings.exempt, events),
    mounts: new Mounts('swapproof()', events),
    isProbe: settings.probe ? isProbe : () => false,
    whoami: (session) => whoami.answer(session),
  };
}

export async function closeParts({ services, store, whoami, log, pruning }: Parts): Promise<void> {
  clearInterval(pruning);
  await Promise.all([services.lastSeen.flush(), services.anonymousSeen.flush()]);
  whoami.close();
  await services.replica.close();
  await store.close();
  log.close();
}
