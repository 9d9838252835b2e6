/** Makes the one handle of a request, and finds it by the request itself. */
import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { ContextError } from '../errors.js';
import { contextOfRequest } from '../request/context-storage.js';
import { captureHere } from '../request/place.js';
import { refusingProxy, SESSION, STORED } from './handle-proxy.js';
import { onUse } from './handle-use.js';
import { type RequestSession, sessionOf } from './request-session.js';
import type { SessionServices } from './services.js';
import type { IssuedToken, Session, StartOptions } from './session.js';
import type { InactiveReason } from './standing.js';
import type { Stored } from './stored.js';
import { StoredHandle } from './stored-handle.js';
import { assertHeadAllows } from './write-checks.js';
import { WriteQueue } from './write-queue.js';
import { SessionWrites } from './writes.js';

const NO_DATA = Object.freeze({});

class Handle implements Session {
  readonly #services: SessionServices;
  readonly #session: RequestSession;
  readonly #queue: WriteQueue;
  readonly #writes: SessionWrites;
  #stored: Stored | undefined;

  constructor(services: SessionServices, session: RequestSession) {
    this.#services = services;
    this.#session = session;
    this.#queue = new WriteQueue(session);
    this.#writes = new SessionWrites(services, session, this.#queue);
  }

  get active(): boolean {
    return this.#session.token !== null;
  }

  get id(): string | null {
    return this.#session.token?.id ?? null;
  }

  get subject(): string | null {
    return this.#session.token?.subject ?? null;
  }

  get data(): Record<string, unknown> {
    return this.#session.token?.data ?? NO_DATA;
  }

  get stored(): Stored {
    const [services, session] = [this.#services, this.#session];
    this.#stored ??= refusingProxy(
      new StoredHandle(services, session, this.#queue),
      onUse(services, session, STORED),
      STORED,
    );
    return this.#stored;
  }

  get authenticatedAt(): number | null {
    return this.#session.token?.authenticatedAt ?? null;
  }

  get expiresAt(): number | null {
    return this.#session.token?.expiresAt ?? null;
  }

  get inactiveBecause(): InactiveReason | null {
    return this.#session.inactiveBecause;
  }

  identity = (): Promise<unknown> => {
    const answer = this.active ? this.#services.identity(this.#session) : Promise.resolve(null);
    // A rejection that nobody awaits would end the process; the failure is an event already.
    answer.catch(() => undefined);
    return answer;
  };

  start = (subject: string, data: object = {}, options?: StartOptions): Promise<void> => {
    return this.#writes.start(captureHere(this.start), subject, data, options);
  };

  issueToken = (subject: string, data: object = {}, options?: StartOptions): Promise<IssuedToken> => {
    return this.#writes.issueToken(captureHere(this.issueToken), subject, data, options);
  };

  update = (patch: object): Promise<void> => this.#writes.update(captureHere(this.update), patch);

  regenerate = (): Promise<void> => this.#writes.regenerate(captureHere(this.regenerate));

  reauthenticated = (subject: string): Promise<void> => {
    return this.#writes.reauthenticated(captureHere(this.reauthenticated), subject);
  };

  destroy = (): Promise<void> => this.#writes.destroy(captureHere(this.destroy));

  /** Nothing of a session belongs in a log. Bound to the handle: through the proxy, logging a request would read it. */
  [inspect.custom] = (): string => `Session { active: ${this.active} }`;
}

const handles = new WeakMap<RequestSession, Session>();

/** The one handle of a request's session. */
export function sessionHandle(services: SessionServices, session: RequestSession): Session {
  const known = handles.get(session);
  if (known) return known;
  const handle = createSession(services, session);
  handles.set(session, handle);
  return handle;
}

/** @throws ContextError ERR_NO_CONTEXT for a request, or a wrapper of one, that this kit did not see (R1) */
export function sessionAt(services: SessionServices, req: IncomingMessage): Session {
  return sessionHandle(services, requestSessionAt(services, req));
}

/** For adapters: `sessions.of(req)` and `req.session` answer the handle with `cover` laid over it from now on. */
export function coverHandle(session: RequestSession, cover: (handle: Session) => Session): void {
  const handle = handles.get(session);
  if (handle) handles.set(session, cover(handle));
}

/** What a wall asks; counts as reading the session. */
export function standingAt(services: SessionServices, req: IncomingMessage): 'active' | 'inactive' | 'unavailable' {
  const session = requestSessionAt(services, req);
  session.context.assertOpen('requireSession()');
  assertHeadAllows(services, session, 'requireSession()', standingAt);
  session.context.markRead(standingAt);
  if (session.token !== null) return 'active';
  return session.unknown ? 'unavailable' : 'inactive';
}

/** What this kit knows of a request's session. @throws ContextError ERR_NO_CONTEXT */
export function requestSessionAt({ events }: Pick<SessionServices, 'events'>, req: IncomingMessage): RequestSession {
  const context = contextOfRequest(req);
  const session = context?.events === events ? sessionOf(context) : undefined;
  if (session) return session;
  throw new ContextError(
    'ERR_NO_CONTEXT',
    'This request has no session: mount swapproof() before the route, and pass the request that the handler was given, ' +
      'not a copy or a wrapper of it.',
  );
}

/** Behind a proxy that counts reads and refuses what express-session allows. */
function createSession(services: SessionServices, session: RequestSession): Session {
  return refusingProxy(new Handle(services, session), onUse(services, session, SESSION));
}
