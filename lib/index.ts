/** The public face of swapproof; nothing else may be imported from outside. */
export { type ExpressSessionOptions, expressSession } from './adapters/express-session.js';
export type { ExpressSessionStore } from './adapters/express-session-store.js';
export { expressSessionId } from './bind/express-session-id.js';
export type { Clock } from './clock.js';
export type { Duration } from './durations.js';
export {
  ConfigurationError,
  ContextError,
  CrossSiteError,
  type ErrorCode,
  RevocationError,
  SessionError,
  StoreUnavailableError,
  SwapproofError,
  TokenError,
} from './errors.js';
export type { EventCode, EventListener, Severity, SwapproofEvent, WouldCode } from './events.js';
export { type Guard, guard } from './guard.js';
export type { GuardOptions } from './guard-options.js';
export type { FlashMessage } from './login/flash.js';
export type { BeginLoginOptions, BegunLogin, LoginAttempt } from './login/login-attempt.js';
export type { RequireSessionOptions } from './login/require-session.js';
export type { ViaPostOptions } from './login/via-post.js';
export type { Middleware } from './middleware.js';
export type { SwapproofOptions } from './options.js';
export type { RehearsalReport, RehearsedChange } from './rehearsal/report.js';
export type { ContextSnapshot } from './request/context.js';
export { type AmbientContext, getContext, tryGetContext } from './request/context-storage.js';
export type { Credential } from './request/credentials.js';
export type { Next } from './request/next.js';
export type { RouteMatch } from './request/route-match.js';
export type { Speculation } from './request/speculation.js';
export type { Deception } from './response/judged-request.js';
export { markPrivate, markPublic } from './response/sharing.js';
export type { Adoption, FormerCookie, FormerRecord } from './session/adoption-port.js';
export type { SealedValue, SealOptions } from './session/app-seal.js';
export type { ListedSession } from './session/devices.js';
export type { Revoke } from './session/revoke.js';
export type { RevocableSession } from './session/services.js';
export type { IssuedToken, Session, StartOptions } from './session/session.js';
export type { InactiveReason } from './session/standing.js';
export type { Stored } from './session/stored.js';
export { memory } from './stores/memory.js';
export type { Store } from './stores/store.js';
export { type Swapproof, swapproof } from './swapproof.js';
export type { WhoamiSession } from './whoami/session-body.js';
export { type WhoamiMiddleware, whoami } from './whoami/standalone.js';
export type { WhoamiOptions } from './whoami/standalone-options.js';
