/**
 * The wall in front of routes for service tokens. A token's response is as personal as a session's (R4), what was verified
 * is found only through its own request (R1) and dies with it (R2), and what can't be known lets nobody in (R11).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ContextError, StoreUnavailableError } from '../../errors.js';
import type { RequestContext } from '../../request/context.js';
import { contextOfRequest } from '../../request/context-storage.js';
import type { Next } from '../../request/next.js';
import { type Refusal, refuse } from '../../request/refusal.js';
import { anonymise } from '../../session/anonymise.js';
import { requestSessionAt } from '../../session/handle.js';
import type { RequestSession } from '../../session/request-session.js';
import type { SessionServices } from '../../session/services.js';
import { assertHeadAllows } from '../../session/write-checks.js';
import { type Answers, answersFor } from './answers.js';
import { addToCredentials, presentedToken } from './presented-token.js';
import type { TokenForm } from './token-form.js';
import { tokenInUrl } from './token-in-url.js';

/** What is known of a token that is good. */
export interface VerifiedToken {
  /** As `list()` shows it. No secret: it may be in logs. */
  readonly id: string;
  readonly owner: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export type Route = (req: IncomingMessage, res: ServerResponse, next: Next) => void;

export interface GateParts {
  readonly services: Pick<SessionServices, 'events'>;
  readonly form: TokenForm;
  /** Where tokens are accepted beside `Authorization: Bearer`; in lower case. */
  readonly headers: readonly string[];
  /** Who it is; null for every token that is not valid. Rejects with ERR_STORE_UNAVAILABLE where nobody can know. */
  verify(text: string): Promise<VerifiedToken | null>;
}

export class TokenGate {
  readonly #parts: GateParts;
  readonly #holders = new WeakMap<RequestContext, VerifiedToken>();

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** A middleware that lets only valid tokens pass, and with `scope` only those that have it. */
  requireToken(scope: string | undefined): Route {
    const { services, form, headers } = this.#parts;
    const answers = answersFor(form.prefix, scope, ['authorization', ...headers]);
    const requireToken: Route = (req, res, next) => {
      const session = requestSessionAt(services, req);
      const { context } = session;
      assertHeadAllows(services, session, 'requireToken()', requireToken);
      context.markRead(requireToken);
      addToCredentials(context, headers);
      const presented = this.#presented(context, answers);
      if (typeof presented !== 'string') return refuse(req, res, presented);
      this.#judge(presented, scope, answers).then((outcome) => {
        // R2: a request that ended while its token was looked up goes nowhere, nor one that somebody else has answered.
        if (context.closed || res.headersSent) return;
        if ('status' in outcome) return refuse(req, res, outcome);
        this.#admit(session, outcome);
        next();
      }, next);
    };
    return requireToken;
  }

  /** @throws ContextError ERR_NO_TOKEN where no requireToken() has let the request pass, ERR_CONTEXT_CLOSED after it ended */
  of(req: IncomingMessage): VerifiedToken {
    const context = contextOfRequest(req);
    context?.assertOpen('tokens.of()');
    const holder = context && this.#holders.get(context);
    if (holder) return holder;
    throw new ContextError(
      'ERR_NO_TOKEN',
      'tokens.of(req) was asked where no token was let in: put tokens.requireToken() of the same tokens before the ' +
        'route, and pass the request that the handler was given, not a copy or a wrapper of it.',
    );
  }

  /** The text of the one token that came, or what to answer. */
  #presented(context: RequestContext, answers: Answers): string | Refusal {
    const { services, form, headers } = this.#parts;
    const { req } = context;
    const leaked = tokenInUrl((req as { originalUrl?: string }).originalUrl ?? req.url ?? '', form);
    if (leaked !== null) {
      const message =
        `${context.route} was asked with the service token ${leaked} in its URL, which logs and histories keep: refused. ` +
        'Send it in a header, and rotate it with an overlap of 0.';
      services.events.emit('token.in_url', message, { source: context, detail: { token: leaked } });
      return answers.inUrl;
    }
    const presented = presentedToken(req, headers, form);
    if (presented.kind === 'token') return presented.text;
    if (presented.kind === 'none') return answers.missing;
    if (presented.kind === 'malformed') return answers.invalid;
    const message = `${context.route} was asked with two different service tokens; refused.`;
    services.events.emit('credentials.mismatch', message, { source: context });
    return answers.ambiguous;
  }

  async #judge(text: string, scope: string | undefined, answers: Answers): Promise<VerifiedToken | Refusal> {
    try {
      const holder = await this.#parts.verify(text);
      if (holder === null) return answers.invalid;
      return scope === undefined || holder.scopes.includes(scope) ? holder : answers.forbidden;
    } catch (error) {
      if (error instanceof StoreUnavailableError) return answers.unavailable;
      throw error;
    }
  }

  /**
   * R5: from now on the token is who the request is. A session that came as well is hidden, so that no handler mixes the
   * two, and its cookies stay as they are in the browser.
   */
  #admit(session: RequestSession, holder: VerifiedToken): void {
    const { context, names } = session;
    // How caches could misread the URL matters no more: the response is private whatever it looks like.
    context.url = 'plain';
    anonymise(context, names);
    session.end('ambiguous');
    this.#holders.set(context, holder);
  }
}
