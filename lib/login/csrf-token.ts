/**
 * The session-bound token mode (NIST SP 800-63B-4 section 5.1.1; OWASP's HMAC-based token pattern): a form counts only
 * with a token that a page of this very session held. It comes on top of the headers (csrf.ts), which are checked first.
 * Each token is masked anew, or a compressed page would give it away letter by letter (BREACH).
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CrossSiteError } from '../errors.js';
import { canChangeState } from '../request/methods.js';
import type { Next } from '../request/next.js';
import { bodyField, type ParameterRequest } from '../request/parameters.js';
import { captureHere } from '../request/place.js';
import type { RouteTest } from '../request/route-match.js';
import type { Keyring } from '../session/keyring.js';
import type { RequestSession } from '../session/request-session.js';
import { assertRightContext } from '../session/right-context.js';
import { rootLeft } from '../session/root-left.js';
import type { SessionServices } from '../session/services.js';
import { assertHeadAllows, assertKnown } from '../session/write-checks.js';
import type { SessionOf } from './login-attempt.js';

const HEADER = 'x-csrf-token';
const FIELD = 'csrf_token';
const MAC = 32;
const FORM = /^[\w-]{86}$/;

type Route = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

/** A token for the forms of this session; empty without one, for then there is nobody in whose name a form could act. */
export function csrfTokenFor(services: SessionServices, session: RequestSession): string {
  const call = 'sessions.csrfToken()';
  session.context.assertOpen(call);
  assertHeadAllows(services, session, call, csrfTokenFor);
  assertRightContext(services, session, { write: false, name: call, place: () => captureHere(csrfTokenFor) });
  session.context.markRead(csrfTokenFor);
  assertKnown(session);
  const root = rootLeft(session);
  return root === null ? '' : masked(macOf(services.keyring, root));
}

/**
 * A middleware, mounted after the body parser: of the requests that could act in a session's name, only those pass that
 * bring its token, in the header `X-CSRF-Token` or the field `csrf_token`.
 */
export function createRequireCsrfToken(services: SessionServices, sessionOf: SessionOf, isExempt: RouteTest): Route {
  return function requireCsrfToken(req, _res, next) {
    const session = sessionOf(req);
    session.context.assertOpen('requireCsrfToken()');
    // Browsers send no token by themselves, so who sends one means to.
    if (!canChangeState(req) || session.presented.bearer || isExempt(req)) return next();
    session.context.markRead(requireCsrfToken);
    assertKnown(session);
    const root = rootLeft(session);
    if (root === null || isTokenOf(services.keyring, root, presentedToken(req))) return next();
    const { context } = session;
    const what = presentedToken(req) === undefined ? 'without a CSRF token' : 'with a CSRF token of another session';
    const told = { source: context, rule: 'csrf token', now: 'the app answers', enforced: '403 Forbidden' };
    if (services.events.rehearsed('would.refuse', { ...told, why: `It was asked ${what}.` })) return next();
    const message = `${context.route} was asked ${what}`;
    services.events.emit('csrf.refused', `${message}; refused.`, { source: context });
    next(new CrossSiteError('ERR_CSRF_TOKEN', `${message}. ${WHAT_TO_DO}`));
  };
}

const WHAT_TO_DO =
  'Put sessions.csrfToken(req) into the form as the field csrf_token, or into the header X-CSRF-Token, and mount ' +
  'requireCsrfToken() after the body parser.';

function presentedToken(req: ParameterRequest): unknown {
  return req.headers[HEADER] ?? bodyField(req, FIELD);
}

function isTokenOf(keyring: Keyring, root: string, token: unknown): boolean {
  if (typeof token !== 'string' || !FORM.test(token)) return false;
  const bytes = Buffer.from(token, 'base64url');
  const mac = xor(bytes.subarray(0, MAC), bytes.subarray(MAC));
  return keyring.verify('csrf', root, mac.toString('base64url'));
}

function macOf(keyring: Keyring, root: string): Buffer {
  return Buffer.from(keyring.mac('csrf', root), 'base64url');
}

function masked(mac: Buffer): string {
  const mask = randomBytes(MAC);
  return Buffer.concat([mask, xor(mask, mac)]).toString('base64url');
}

function xor(one: Buffer, other: Buffer): Buffer {
  return Buffer.from(one.map((byte, at) => byte ^ (other[at] ?? 0)));
}
