/** One request of a Passport app: its functions, and its user as `deserializeUser` finds them. */
import type { IncomingMessage } from 'node:http';
import { contextOfRequest } from '../../request/context-storage.js';
import type { Next } from '../../request/next.js';
import { coverHandle } from '../../session/handle.js';
import { type RequestSession, sessionOf } from '../../session/request-session.js';
import { Flash } from './flash.js';
import { idOf, type SubjectOf } from './identity.js';
import { answered, type LogInOptions, PassportLogins } from './logins.js';
import { withMessages } from './messages.js';
import type { PassportKit, PassportLike } from './passport-like.js';
import { defineUser } from './user-property.js';

export class PassportRequests {
  readonly #passport: PassportLike;
  readonly #sessions: PassportKit;
  readonly #property: string;
  readonly #logins: PassportLogins;
  readonly #flash: Flash;
  /** The session whose user was looked up; null if there was none. A private file's may be found only by its route. */
  readonly #roots = new WeakMap<IncomingMessage, string | null>();

  constructor(
    passport: PassportLike,
    sessions: PassportKit,
    { property, subjectOf }: { property: string; subjectOf: SubjectOf | undefined },
  ) {
    this.#passport = passport;
    this.#sessions = sessions;
    this.#property = property;
    this.#logins = new PassportLogins(passport, sessions, { property, subjectOf });
    this.#flash = new Flash(sessions);
  }

  /** Equips the request, and goes on when its user is known; not at all if it ended meanwhile (R2). */
  restore(req: IncomingMessage, next: Next): void {
    this.#sessions.of(req);
    if (!this.#roots.has(req)) this.#equip(req);
    const lookingUp = this.#lookUp(req);
    const unlessOver = (go: () => void) => {
      if (contextOfRequest(req)?.closed === false) go();
    };
    if (lookingUp === null) next();
    else
      lookingUp.then(
        () => unlessOver(next),
        (error) => unlessOver(() => next(error)),
      );
  }

  /** Null where there is nothing new to find. It is no reading of the session: `req.user` is. */
  #lookUp(req: IncomingMessage): Promise<void> | null {
    const token = requestSession(req)?.token ?? null;
    const root = token?.root ?? null;
    if (this.#roots.get(req) === root) return null;
    this.#roots.set(req, root);
    if (token !== null) {
      return this.#userOf(req, idOf(token.subject, token.data)).then((user) => this.#setUser(req, user || undefined));
    }
    if (!(this.#property in req)) this.#setUser(req, undefined);
    return null;
  }

  /** A promise keeps the request's asynchronous context, which the callbacks of a pool would not. */
  #userOf(req: IncomingMessage, id: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#passport.deserializeUser(id, req, (error, user) => (error ? reject(error) : resolve(user)));
    });
  }

  #setUser(req: IncomingMessage, user: unknown): void {
    defineUser(this.#sessions, req, this.#property, user);
  }

  /** Functions that find the session by the request they are called on, so that a copy of it has none (R1). */
  #equip(req: IncomingMessage): void {
    const [logins, flash, property] = [this.#logins, this.#flash, this.#property];
    const session = requestSession(req);
    if (session) coverHandle(session, (handle) => withMessages(handle, flash, req));
    const isAuthenticated = (asked: IncomingMessage) => Boolean(Reflect.get(asked, property));
    function logIn(this: IncomingMessage, user: unknown, options?: unknown, done?: unknown) {
      const [given, call] = optionsAndDone(options, done);
      return answered(logins.logIn(this, user, given), call);
    }
    function logOut(this: IncomingMessage, options?: unknown, done?: unknown) {
      const [given, call] = optionsAndDone(options, done);
      return answered(logins.logOut(this, given), call);
    }
    Object.assign(req, {
      login: logIn,
      logIn,
      logout: logOut,
      logOut,
      isAuthenticated(this: IncomingMessage) {
        return isAuthenticated(this);
      },
      isUnauthenticated(this: IncomingMessage) {
        return !isAuthenticated(this);
      },
      flash(this: IncomingMessage, ...args: Parameters<Flash['call']> extends [unknown, ...infer Rest] ? Rest : never) {
        return flash.call(this, ...args);
      },
    });
  }
}

function requestSession(req: IncomingMessage): RequestSession | undefined {
  const context = contextOfRequest(req);
  return context && sessionOf(context);
}

function optionsAndDone(options: unknown, done: unknown): [LogInOptions, unknown] {
  return typeof options === 'function' ? [{}, options] : [options ?? {}, done];
}
