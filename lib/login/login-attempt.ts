/** beginLogin() and loginAttempt(), as the app calls them; logins.ts does the work. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ContextError } from '../errors.js';
import { assertKnownOptions } from '../option-checks.js';
import { captureHere } from '../request/place.js';
import type { RequestSession } from '../session/request-session.js';
import { challengeOf, type Logins } from './logins.js';

export interface BeginLoginOptions {
  /** Who must answer. An answer whose `iss` names another one is refused. */
  readonly issuer?: string;
  /** Where to go afterwards, on this site. Default: the request's `return_to`, else `'/'`. */
  readonly returnTo?: string;
}

/** What goes to the other site: state, nonce and code challenge; the verifier stays here. */
export interface BegunLogin {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** S256 of the verifier (RFC 7636). */
  readonly codeChallenge: string;
  /** A path of this site. */
  readonly returnTo: string;
}

/** A login that this browser began, within ten minutes, in the session it has now, and that was not answered before. */
export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly returnTo: string;
  /** The one that `beginLogin()` was given. */
  readonly issuer?: string;
}

export type SessionOf = (req: IncomingMessage) => RequestSession;

export function loginVerbs(logins: Logins, sessionOf: SessionOf) {
  function beginLogin(req: IncomingMessage, res: ServerResponse, options: BeginLoginOptions = {}): BegunLogin {
    const session = sessionOf(req);
    assertOwnResponse(session, res);
    // A misspelt issuer would let anybody's answer pass.
    assertKnownOptions('beginLogin()', options, ['issuer', 'returnTo']);
    const { issuer, returnTo } = options;
    const begun = logins.begin(session, 'sessions.beginLogin()', captureHere(beginLogin), { issuer, returnTo });
    const { state, nonce, codeVerifier, returnTo: path } = begun;
    return Object.freeze({ state, nonce, codeVerifier, codeChallenge: challengeOf(codeVerifier), returnTo: path });
  }

  function loginAttempt(req: IncomingMessage): LoginAttempt | null {
    const session = sessionOf(req);
    const attempt = logins.open(session, 'sessions.loginAttempt()', captureHere(loginAttempt));
    session.context.markRead(loginAttempt);
    if (attempt === null) return null;
    const { state, nonce, codeVerifier, returnTo, issuer } = attempt;
    return Object.freeze({ state, nonce, codeVerifier, returnTo, ...(issuer !== null && { issuer }) });
  }

  return { beginLogin, loginAttempt };
}

/** R1: the cookie leaves with the response of this very request, and with no other. */
function assertOwnResponse({ context }: RequestSession, res: ServerResponse): void {
  context.assertOpen('sessions.beginLogin()');
  if (context.res === res) return;
  throw new ContextError(
    'ERR_NO_CONTEXT',
    'sessions.beginLogin(req, res): that is not the response of this request. Pass both as the handler was given them.',
  );
}
