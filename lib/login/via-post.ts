/**
 * R8: logins that come by a link, or from another site, end in a POST all the same. Whoever comes by GET gets a page whose
 * form posts what the link brought, with a button or by itself: so no cache can hand a login on, a mail scanner spends no
 * link, and cookies that stay away from other sites' requests are there when they are needed.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { assertKnownOptions, flag } from '../option-checks.js';
import { type FormFields, hasUnreadForm, readForm } from '../request/form-body.js';
import { wireMethod } from '../request/methods.js';
import type { Next } from '../request/next.js';
import { bodyField } from '../request/parameters.js';
import { refuse } from '../request/refusal.js';
import type { RequestSession } from '../session/request-session.js';
import { CrossSiteCheck } from './csrf.js';
import type { SessionOf } from './login-attempt.js';
import { RELAYED, type Relayed, sendPage } from './via-post-page.js';

export interface ViaPostOptions {
  /**
   * The page posts by itself. Only for what this browser asked for: `start()` then needs a `loginAttempt(req)`, or a link
   * on another site would log people in as somebody else. Default false: a button.
   */
  readonly auto?: boolean;
}

interface FormRequest extends IncomingMessage {
  body?: unknown;
  /** What body-parser looks at before it reads. */
  _body?: boolean;
}

type Route = (req: FormRequest, res: ServerResponse, next: Next) => void;

/** Trusted origins count as others: their posts lack this site's cookies just the same. */
const ownSite = new CrossSiteCheck([]);

/**
 * A middleware for `app.all(path, sessions.viaPost(), handler)`: only POSTs of this site reach the handler, with the
 * fields of a form in `req.body`.
 * @throws ConfigurationError ERR_INVALID_OPTION
 */
export function createViaPost(sessionOf: SessionOf, options: ViaPostOptions = {}): Route {
  // `app.all(path, sessions.viaPost, handler)` would give a request as options, and never answer it.
  assertKnownOptions('viaPost()', options, ['auto']);
  const auto = flag('viaPost: auto', options.auto);
  return function viaPost(req, res, next) {
    const session = sessionOf(req);
    session.context.assertOpen('viaPost()');
    const method = wireMethod(req);
    if (method === 'GET' || method === 'HEAD') return show(session, { auto, relayed: [], head: method === 'HEAD' });
    if (method !== 'POST') return refuse(req, res, NOT_ALLOWED);
    const go = () => {
      if (ownSite.reason(req) !== null) return show(session, { auto, relayed: relayedOf(req), head: false });
      // Another page further on takes nothing back.
      session.unsolicited ||= auto;
      next();
    };
    if (!hasUnreadForm(req)) return go();
    // A promise keeps the asynchronous context, which the events of the request would not.
    readForm(req).then(
      (fields) => goOn(session, fields, go),
      () => undefined,
    );
  };
}

/** A request that ended, or was answered by a timeout, while its form was read goes nowhere (R2). */
function goOn({ context }: RequestSession, fields: FormFields | 'too large', go: () => void): void {
  if (context.closed || context.res.headersSent) return;
  const req: FormRequest = context.req;
  if (fields === 'too large') {
    refuse(req, context.res, TOO_LARGE);
  } else {
    req.body = fields;
    req._body = true;
    go();
  }
}

function show({ context }: RequestSession, page: Parameters<typeof sendPage>[1]): void {
  context.sharing = 'private';
  sendPage(context.res, page);
}

function relayedOf(req: FormRequest): Relayed {
  return RELAYED.flatMap((name) => {
    const value = bodyField(req, name);
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
}

const NOT_ALLOWED = {
  status: 405,
  code: 'Method Not Allowed',
  message: 'This address takes GET and POST.',
  headers: { Allow: 'GET, HEAD, POST' },
} as const;

const TOO_LARGE = {
  status: 413,
  code: 'Content Too Large',
  message: 'This form is larger than 100 KiB.',
  headers: { Connection: 'close' },
} as const;
