/** The kit's public face. What is behind it is put together in kit.ts. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventCode, EventListener } from './events.js';
import { buildKit, buildParts, closeParts } from './kit.js';
import { openSeam } from './login/adapter-seam.js';
import { createRequireCsrfToken, csrfTokenFor } from './login/csrf-token.js';
import { addFlash, type FlashMessage, takeFlashes } from './login/flash.js';
import { type BeginLoginOptions, type BegunLogin, type LoginAttempt, loginVerbs } from './login/login-attempt.js';
import { Logins } from './login/logins.js';
import { createRequireSession, type RequireSessionOptions } from './login/require-session.js';
import { returnTo } from './login/return-to.js';
import { createViaPost, type ViaPostOptions } from './login/via-post.js';
import { createMiddleware, type Middleware } from './middleware.js';
import type { SwapproofOptions } from './options.js';
import type { RehearsalReport } from './rehearsal/report.js';
import type { Next } from './request/next.js';
import { markPrivate, markPublic } from './response/sharing.js';
import { type SealedValue, type SealOptions, sealVerbs } from './session/app-seal.js';
import { type ListedSession, listSessions } from './session/devices.js';
import { requestSessionAt, sessionAt, standingAt } from './session/handle.js';
import { issueToken } from './session/issue-token.js';
import { openServices } from './session/kit-seam.js';
import { type Revoke, refreshVerb, revokeVerbs } from './session/revoke.js';
import type { IssuedToken, Session, StartOptions } from './session/session.js';
import { allowPrivateFile } from './session/veil.js';
import { settingsOf } from './settings.js';

/**
 * The kit: a middleware whose methods also work destructured.
 * @typeParam D the session's data
 * @typeParam I what the `identity` option answers
 */
export interface Swapproof<D extends object, I> extends Middleware {
  /** The session of a request. @throws ContextError ERR_NO_CONTEXT if the kit did not see the request */
  of(req: IncomingMessage): Session<D, I>;
  /** A middleware that lets only active sessions pass. */
  requireSession(options?: RequireSessionOptions): Middleware;
  /**
   * A middleware for routes that send private files under URLs that look static, as `/invoices/:id.pdf`: without it they
   * are answered as anonymous. Put it before what asks for the session.
   */
  privateFile(): Middleware;
  /** The local path that a login was asked to return to, or `fallback`. */
  returnTo(req: IncomingMessage, fallback: string): string;
  /** A message for the page that comes next, about 650 bytes. On unsafe methods, from this site. */
  flash(req: IncomingMessage, kind: string, text: string): void;
  /** The messages for this session, oldest first, each for once. On any method, before the response begins. */
  takeFlash(req: IncomingMessage): readonly FlashMessage[];
  /** A token for the forms of this session: the field `csrf_token`, or the header `X-CSRF-Token`. Empty without one. */
  csrfToken(req: IncomingMessage): string;
  /** A middleware, after the body parser: forms that could act in a session's name need its token. */
  requireCsrfToken(): Middleware;
  /** A middleware for `app.all()`: whoever comes by GET or from another site gets a page that posts to the same URL. */
  viaPost(options?: ViaPostOptions): Middleware;
  /** Begins a login at another site, within ten minutes, in this browser. On unsafe methods, from this site. */
  beginLogin(req: IncomingMessage, res: ServerResponse, options?: BeginLoginOptions): BegunLogin;
  /** What `beginLogin()` began, by the request's `state`, for once; null, with an event, for anything else. */
  loginAttempt(req: IncomingMessage): LoginAttempt | null;
  /** Seals a value for a link or an e-mail; only `unseal()` with the same purpose opens it, as often as it likes. */
  seal(purpose: string, value: SealedValue, options: SealOptions): Promise<string>;
  /** What was sealed for this purpose, if its time is not over; null for anything else. */
  unseal(purpose: string, sealed: string): Promise<SealedValue | null>;
  /**
   * A session for a client without cookies: its token is accepted in `Authorization: Bearer` and `X-Session-Token`. As
   * `sessions.of(req).issueToken()`, and without a request at hand too, as in a script.
   */
  issueToken(subject: string, data?: D, options?: Pick<StartOptions, 'remember'>): Promise<IssuedToken>;
  /** Declares that this response is the same for everyone. Refused, with an event, if a session was read. */
  markPublic(res: ServerResponse): void;
  /** Declares that no cache may keep this response. */
  markPrivate(res: ServerResponse): void;
  readonly revoke: Revoke;
  /** The subject's profile changed: the next answer of whoami and `identity()` is fresh, in every process. */
  refreshIdentity(subject: string): Promise<void>;
  /** The live sessions of a subject, for a devices page. */
  list(subject: string): AsyncIterable<ListedSession>;
  /** Adds a listener for one event, or with `'*'` for all; answers how to take it off. */
  on(code: EventCode | '*', listener: EventListener): () => void;
  /** What would change, as far as it was seen since the start; empty without `insecureReportOnly`. */
  report(): RehearsalReport;
  /** Ends all work and closes the store. */
  close(): Promise<void>;
}

/**
 * Sessions that nobody else can get. Mount it after static files and before everything that has to do with a user.
 * @throws ConfigurationError for every option that is missing, wrong or weak
 */
export function swapproof<D extends object = Record<string, unknown>, I = unknown>(
  options: SwapproofOptions<I>,
): Swapproof<D, I> {
  const parts = buildParts(settingsOf(options as SwapproofOptions<unknown>), options.secrets);
  const { services, settings, revocations } = parts;
  const kit = buildKit(parts);
  const middleware = createMiddleware(kit);
  services.replica.start();
  const sessionOf = (req: IncomingMessage) => requestSessionAt(services, req);
  const logins = new Logins(services);
  openSeam(middleware, logins, sessionOf);
  openServices(middleware, services);
  return Object.assign(middleware, {
    of: (req: IncomingMessage) => sessionAt(services, req) as Session<D, I>,
    requireSession: (wall?: RequireSessionOptions) => createRequireSession((req) => standingAt(services, req), wall),
    privateFile: () => (req: IncomingMessage, _res: ServerResponse, next: Next) => {
      allowPrivateFile(requestSessionAt(services, req));
      next();
    },
    returnTo,
    flash: (req: IncomingMessage, kind: string, text: string) => addFlash(services, sessionOf(req), { kind, text }),
    takeFlash: (req: IncomingMessage) => takeFlashes(services, sessionOf(req)),
    csrfToken: (req: IncomingMessage) => csrfTokenFor(services, sessionOf(req)),
    requireCsrfToken: () => createRequireCsrfToken(services, sessionOf, kit.isExempt),
    viaPost: (page?: ViaPostOptions) => createViaPost(sessionOf, page),
    ...loginVerbs(logins, sessionOf),
    ...sealVerbs(services.keyring, services.clock),
    issueToken: (subject: string, data?: D, given?: Pick<StartOptions, 'remember'>) =>
      issueToken(services, subject, data, given),
    markPublic,
    markPrivate,
    revoke: revokeVerbs(revocations, services.events),
    refreshIdentity: refreshVerb(revocations, services.events),
    list: (subject: string) =>
      listSessions(services.registry, subject, { now: settings.clock.now(), timeouts: settings.timeouts }),
    on: (code: EventCode | '*', listener: EventListener) => services.events.on(code, listener),
    report: () => parts.report(),
    close: () => closeParts(parts),
  });
}
