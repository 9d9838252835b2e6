/**
 * Passport's logins on the kit's sessions, through what Passport lets everybody replace: the strategy named `session`, and
 * the functions of the request, of which it takes those that are there. Its own session manager, which would call
 * `regenerate(callback)` and `save(callback)`, is never asked.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConfigurationError } from '../../errors.js';
import { assertKnownOptions, callback, text } from '../../option-checks.js';
import type { Next } from '../../request/next.js';
import type { SubjectOf } from './identity.js';
import type { PassportKit, PassportLike, StrategyActions } from './passport-like.js';
import { PassportRequests } from './requests.js';

export interface PassportSessionsOptions<Id = never> {
  /** Where the user is found. Default `'user'`. */
  readonly userProperty?: string;
  /**
   * The subject of what `serializeUser` answers. Default: a string itself, a number spelled, the JSON of an object with
   * its keys in order. Two users must never have one subject.
   */
  readonly subject?: (id: Id) => string;
}

type Middleware = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/**
 * A middleware for right after `sessions`, in place of `passport.initialize()` and `passport.session()`.
 * @throws ConfigurationError for wrong arguments
 */
export function passportSessions<Id = never>(
  passport: PassportLike,
  sessions: PassportKit,
  options: PassportSessionsOptions<Id> = {},
): Middleware {
  assertHas(passport, ['use', 'serializeUser', 'deserializeUser'], 'passport must be what `passport` exports');
  assertHas(sessions, ['of', 'flash', 'takeFlash'], 'sessions must be what swapproof() answered');
  assertKnownOptions('passportSessions()', options, ['userProperty', 'subject']);
  const property = text('userProperty', options.userProperty ?? 'user');
  const subjectOf = callback('subject', options.subject) as SubjectOf | undefined;
  const requests = new PassportRequests(passport, sessions, { property, subjectOf });
  // For apps that mount passport.session() or passport.authenticate('session') as well.
  passport.use('session', {
    name: 'session',
    authenticate(this: StrategyActions, req: IncomingMessage) {
      requests.restore(req, (error) => (error ? this.error(error) : this.pass()));
    },
  });
  return (req, _res, next) => requests.restore(req, next);
}

function assertHas(value: unknown, methods: readonly string[], what: string): void {
  const has = (method: string) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function';
  const some = (typeof value === 'object' || typeof value === 'function') && value !== null;
  if (some && methods.every(has)) return;
  throw new ConfigurationError('ERR_INVALID_ARGUMENT', `passportSessions(passport, sessions): ${what}.`);
}
