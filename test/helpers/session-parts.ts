/** The session's parts on a memory() store and a fake clock, and requests to use them in, without a server. */
import { CrossSiteCheck } from '../../lib/login/csrf.js';
import { RequestContext } from '../../lib/request/context.js';
import { attachContext } from '../../lib/request/context-storage.js';
import { Replica } from '../../lib/revocation/replica.js';
import { Revoker } from '../../lib/revocation/revoker.js';
import type { Activity } from '../../lib/session/activity.js';
import { AnonymousSessions } from '../../lib/session/anonymous-sessions.js';
import { cookieNames } from '../../lib/session/cookies.js';
import { LastSeen } from '../../lib/session/last-seen.js';
import { MintLimit } from '../../lib/session/mint-limit.js';
import { Registry } from '../../lib/session/registry.js';
import { attachSession, RequestSession } from '../../lib/session/request-session.js';
import type { SessionServices } from '../../lib/session/services.js';
import { NO_SESSION, type Standing } from '../../lib/session/standing.js';
import { StoredValues } from '../../lib/session/stored-values.js';
import type { SessionToken } from '../../lib/session/token.js';
import { memory } from '../../lib/stores/memory.js';
import type { OpenStore } from '../../lib/stores/store.js';
import { type FakeClock, fakeClock } from '../../lib/testing/fake-clock.js';
import { recordedEvents } from './recorded-events.js';
import { keyring, token } from './tokens.js';
import { fakeRequest, fakeResponse, type Wire } from './wire.js';

export interface Parts extends ReturnType<typeof recordedEvents> {
  readonly services: SessionServices;
  readonly clock: FakeClock;
  readonly store: OpenStore;
}

const DAY = 86_400_000;

export async function sessionParts(changes: Partial<SessionServices> = {}): Promise<Parts> {
  const clock = fakeClock();
  const recorded = recordedEvents();
  const { events } = recorded;
  const store = memory().open({ keep: 20 * DAY, now: clock.now });
  const ring = keyring();
  const registry = new Registry(store.registry, ring);
  const waiting = { clock, idle: DAY, deadline: 500 };
  const anonymous = new AnonymousSessions({ store: store.anonymous, most: 100_000, ...waiting });
  const replica = new Replica({ log: store.log, clock, events });
  await replica.catchUp(1_000);
  const services: SessionServices = {
    clock,
    events,
    keyring: ring,
    registry,
    formers: null,
    replica,
    lastSeen: new LastSeen(registry, clock, events),
    stored: new StoredValues({ store: store.stored, keyring: ring, ...waiting }),
    anonymous,
    anonymousSeen: new LastSeen(anonymous, clock, events),
    mintLimit: new MintLimit(clock),
    revoker: new Revoker({ log: store.log, replica, clock, events }),
    timeouts: { idle: DAY, absolute: 14 * DAY, rememberFor: 30 * DAY },
    audience: 'default',
    strictContext: false,
    clearSiteData: ['cache', 'storage'],
    requestDeadline: 500,
    isRevoked: null,
    insecureAcceptWhenUnconfirmed: false,
    crossSite: (req) => new CrossSiteCheck([]).reason(req),
    identity: async () => null,
    ...changes,
  };
  return { ...recorded, services, clock, store };
}

export interface Presenting {
  readonly method?: string;
  readonly headers?: readonly [string, string][];
  /** The admitted session. */
  readonly token?: SessionToken;
  readonly standing?: Standing;
  readonly activity?: Activity;
  readonly ownerTag?: string;
  /** False where the log was out of reach as the request opened. */
  readonly confirmed?: boolean;
}

export interface OpenedRequest {
  readonly session: RequestSession;
  readonly context: RequestContext;
  readonly wire: Wire;
}

export function openRequest({ services, clock }: Parts, presenting: Presenting = {}): OpenedRequest {
  const { method = 'POST', headers = [], activity = null, ownerTag = null, confirmed = true } = presenting;
  const req = fakeRequest({ method, url: '/here', headers });
  const wire = fakeResponse(req);
  const nobody = { all: [], contradicted: [], repeated: [], lookalikes: [] };
  const context = new RequestContext(req, wire.res, nobody, clock.now(), services.events);
  attachContext(req, wire.res, context);
  const standing =
    presenting.standing ??
    (presenting.token ? { ...NO_SESSION, token: presenting.token, inactiveBecause: null } : NO_SESSION);
  const cookies = { names: cookieNames(null), style: { secure: true }, activity, ownerTag };
  const session = new RequestSession(context, cookies, standing, confirmed ? services.replica.position() : null);
  attachSession(session);
  return { session, context, wire };
}

/** A token that the log of these parts admits. */
export function liveToken({ services, clock }: Parts, changes: Partial<SessionToken> = {}): SessionToken {
  const birth = services.replica.position();
  if (birth === null) throw new Error('the log is not confirmed');
  const now = clock.now();
  const times = { issuedAt: now, authenticatedAt: now, expiresAt: now + services.timeouts.absolute };
  return token({ genesis: birth.genesis, birth: birth.position, ...times, ...changes });
}
