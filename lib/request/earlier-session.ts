/**
 * Session libraries that ran before: found by what they leave on the request. They have read cookies that nothing had
 * checked yet. iron-session and better-auth leave nothing: they do their work inside the route.
 */
import type { IncomingMessage } from 'node:http';
import type { Events } from '../events.js';
import type { RequestContext } from './context.js';

/** The library that was mounted before, or null. Nothing is read: cookie-session would make a session of it. */
export function earlierSession(req: IncomingMessage): string | null {
  if ('sessionStore' in req && 'sessionID' in req) return 'express-session';
  if ('sessionOptions' in req && 'sessionKey' in req) return 'cookie-session';
  if ('oidc' in req && 'appSession' in req) return 'express-openid-connect';
  // `passport.initialize()` alone has looked at nothing.
  const hasUser = 'session' in req && 'user' in req;
  return hasUser && ('_sessionManager' in req || '_passport' in req) ? "Passport's session" : null;
}

/** Tells of the first one that a guard meets, once: an app that works is not to be stopped by its guard. */
export class MountOrder {
  readonly #face: string;
  readonly #events: Events;
  #reported = false;

  constructor(face: string, events: Events) {
    this.#face = face;
    this.#events = events;
  }

  check(context: RequestContext): void {
    if (this.#reported) return;
    const { req } = context;
    const library = earlierSession(req) ?? ('session' in req ? 'Something that sets req.session' : null);
    if (library === null) return;
    this.#reported = true;
    this.#events.emit('mount.order', mountOrder(library, this.#face), { source: context, detail: { library } });
  }
}

export function mountOrder(library: string, face: string): string {
  return (
    `${library} was mounted before ${face}: it has read cookies that nothing had checked yet. Mount ${face} first, ` +
    'right after static files.'
  );
}
