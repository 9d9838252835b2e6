/** `req.logIn` and `req.logOut`, as Passport calls them and apps do, on the kit's own start() and destroy(). */
import type { IncomingMessage } from 'node:http';
import { SessionError } from '../../errors.js';
import { identityOf, type SubjectOf } from './identity.js';
import type { Done, PassportKit, PassportLike } from './passport-like.js';
import { defineUser } from './user-property.js';

/** Passport hands over the options of `authenticate()` too. */
export interface LogInOptions {
  /** False: for this request only. Default true. */
  readonly session?: boolean;
  /** Keys of `session.stored` to carry over, and whether to remember the user: as of `session.start()`. */
  readonly keep?: readonly string[];
  readonly remember?: boolean;
  /** Passport's: refused, with what to do instead. */
  readonly keepSessionInfo?: boolean;
}

export class PassportLogins {
  readonly #passport: PassportLike;
  readonly #sessions: PassportKit;
  readonly #property: string;
  readonly #subjectOf: SubjectOf | undefined;

  constructor(
    passport: PassportLike,
    sessions: PassportKit,
    { property, subjectOf }: { property: string; subjectOf: SubjectOf | undefined },
  ) {
    this.#passport = passport;
    this.#sessions = sessions;
    this.#property = property;
    this.#subjectOf = subjectOf;
  }

  /** There is a user only once there is a session; a login that fails leaves nobody, also not who was there before. */
  async logIn(req: IncomingMessage, user: unknown, options: LogInOptions): Promise<void> {
    const { session = true, keep, remember } = options;
    if (!session) return this.#setUser(req, user);
    try {
      refuseKeeping('req.logIn', options);
      const handle = this.#sessions.of(req);
      const { subject, data } = identityOf(await this.#serialized(req, user), this.#subjectOf);
      await handle.start(subject, data, { ...(keep && { keep }), ...(remember !== undefined && { remember }) });
    } catch (error) {
      this.#setUser(req, null);
      throw error;
    }
    this.#setUser(req, user);
  }

  async logOut(req: IncomingMessage, options: LogInOptions): Promise<void> {
    this.#setUser(req, null);
    refuseKeeping('req.logOut', options);
    await this.#sessions.of(req).destroy();
  }

  #serialized(req: IncomingMessage, user: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#passport.serializeUser(user, req, (error, id) => (error ? reject(error) : resolve(id)));
    });
  }

  #setUser(req: IncomingMessage, user: unknown): void {
    defineUser(this.#sessions, req, this.#property, user);
  }
}

/**
 * Answers a promise, and calls `done` if there is one: in the context of the request, whatever pool the app's callbacks
 * came through. A rejection that nobody hears would end the process.
 */
export function answered(work: Promise<void>, done: unknown): Promise<void> {
  work.catch(() => undefined);
  if (typeof done !== 'function') return work;
  const call = done as Done<never>;
  // In a tick of its own, so that what the callback throws is not taken for a rejection of the login.
  const tell = (...error: [] | [unknown]) => process.nextTick(() => call(error[0]));
  work.then(() => tell(), tell);
  return work;
}

/** Passport would copy everything that the session held before, whosever it was. */
function refuseKeeping(call: string, { keepSessionInfo }: LogInOptions): void {
  if (!keepSessionInfo) return;
  throw new SessionError(
    'ERR_NOT_EXPRESS_SESSION',
    `${call}({ keepSessionInfo: true }) is express-session's, not swapproof's. Name what a login keeps of session.stored, ` +
      "as { keep: ['cart'] }; where to return to is sessions.returnTo(req, '/').",
  );
}
