/** The wall in front of private routes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConfigurationError } from '../errors.js';
import { assertKnownOptions } from '../option-checks.js';
import type { Next } from '../request/next.js';
import { isNavigation, refuse } from '../request/refusal.js';
import { isLocalPath, loginUrl } from './return-to.js';

export interface RequireSessionOptions {
  /** Where a browser without a session is sent, with `return_to`; without it everybody gets a 401. */
  readonly loginPath?: string;
}

type Route = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** What is known of a request's session; asking counts as reading it. */
export type Wall = (req: IncomingMessage) => 'active' | 'inactive' | 'unavailable';

/**
 * A middleware that lets only active sessions pass: 303 to `loginPath` for navigations, 401 for everything else, 503
 * where validity can't be known (R11).
 * @throws ConfigurationError ERR_INVALID_OPTION if `loginPath` is not a path of this site
 */
export function createRequireSession(ask: Wall, options: RequireSessionOptions = {}): Route {
  // `app.get(path, sessions.requireSession, handler)` would give a request as options, and never answer it.
  assertKnownOptions('requireSession()', options, ['loginPath']);
  const { loginPath } = options;
  if (loginPath !== undefined && !isLocalPath(loginPath)) {
    throw new ConfigurationError(
      'ERR_INVALID_OPTION',
      'requireSession: loginPath takes a path of this site, as "/login".',
    );
  }
  return function requireSession(req, res, next) {
    const answer = ask(req);
    if (answer === 'active') return next();
    if (answer === 'unavailable') return refuse(req, res, UNAVAILABLE);
    if (loginPath === undefined || !isNavigation(req)) return refuse(req, res, UNAUTHORIZED);
    res.statusCode = 303;
    res.setHeader('Location', loginUrl(req, loginPath));
    res.end();
  };
}

const UNAUTHORIZED = { status: 401, code: 'Unauthorized', message: 'Log in first.' } as const;

export const UNAVAILABLE = {
  status: 503,
  code: 'Service Unavailable',
  message: 'Whether the session is still valid can not be known at the moment. Try again.',
  headers: { 'Retry-After': '1' },
} as const;
