/**
 * Every error this package throws: a class for each family, a stable `code` for each case.
 * docs/errors.md says for each code what happened and what to do; a test keeps the two in step.
 * No message ever holds a credential, a seal or session data.
 */

const STATUS = {
  ERR_INVALID_OPTION: 500,
  ERR_SECRET_MISSING: 500,
  ERR_SECRET_WEAK: 500,
  ERR_SECRET_DUPLICATE: 500,
  ERR_STORE_UNSAFE: 500,
  ERR_NO_CONTEXT: 500,
  ERR_CONTEXT_CLOSED: 500,
  ERR_CONTEXT_EXISTS: 500,
  ERR_CONTEXT_MISMATCH: 500,
  ERR_MOUNT_ORDER: 500,
  ERR_SESSION_PROPERTY_TAKEN: 500,
  ERR_NO_SESSION: 401,
  ERR_NO_TOKEN: 500,
  ERR_SESSION_WRITE_ON_SAFE_METHOD: 500,
  ERR_RESPONSE_STARTED: 500,
  ERR_SESSION_TOO_LARGE: 500,
  ERR_SESSION_DATA_INVALID: 500,
  ERR_STORED_TOO_LARGE: 413,
  ERR_INVALID_SUBJECT: 500,
  ERR_NOT_EXPRESS_SESSION: 500,
  ERR_AMBIGUOUS_CREDENTIALS: 400,
  ERR_AMBIGUOUS_URL: 400,
  ERR_SPECULATIVE_REQUEST: 503,
  ERR_TOKEN_SESSION: 400,
  ERR_SESSION_MISMATCH: 403,
  ERR_TOO_MANY_SESSIONS: 429,
  ERR_REVOKED_DURING_LOGIN: 403,
  ERR_INSECURE_REQUEST: 400,
  ERR_CROSS_SITE: 403,
  ERR_CSRF_TOKEN: 403,
  ERR_LOGIN_UNSOLICITED: 403,
  ERR_LOGIN_TOO_LARGE: 500,
  ERR_FLASH_TOO_LARGE: 500,
  ERR_TOKEN_UNKNOWN: 404,
  ERR_TOKEN_CHANGED: 409,
  ERR_REDACTED_WRITE: 500,
  ERR_STORE_UNAVAILABLE: 503,
  ERR_REVOCATION_UNKNOWN: 503,
  ERR_INVALID_ARGUMENT: 500,
  ERR_SIGN_IN: 500,
  ERR_SUITE_DEADLINE: 500,
  ERR_SUITE_LOGIN: 500,
  ERR_SUITE_PEOPLE: 500,
  ERR_TEST_RUNNER: 500,
  ERR_TESTING_IN_PRODUCTION: 500,
  ERR_TESTING_DEPENDENCY: 500,
  ERR_INTERLEAVE_RUNNING: 500,
  ERR_INTERLEAVE_UNFINISHED: 500,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** Base of every error here. `status` and `statusCode` are what Express's error handler answers with. */
export class SwapproofError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly statusCode: number;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.status = STATUS[code];
    this.statusCode = STATUS[code];
  }
}

/** A wrong option or secret: thrown while the app starts, never while it serves. */
export class ConfigurationError extends SwapproofError {}

/** A request's context was used outside its request, or a foreign one was met (R1, R2). */
export class ContextError extends SwapproofError {}

/** The session handle was used in a way that could not have worked. Thrown synchronously. */
export class SessionError extends SwapproofError {}

/** A request from another site tried to change a session. */
export class CrossSiteError extends SwapproofError {}

/** Validity or data can't be known now; nothing was accepted, nothing was lost (R11). */
export class StoreUnavailableError extends SwapproofError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('ERR_STORE_UNAVAILABLE', message, options);
  }
}

/** A revocation that may or may not be in effect: calling it again is safe. */
export class RevocationError extends SwapproofError {}

/** A service token could not be changed as it was asked. */
export class TokenError extends SwapproofError {}

/** A tool of swapproof/testing was asked for something that could not have worked. */
export class TestingError extends SwapproofError {}

/** What an event may say of an error that is not ours: its message could hold anything. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** All codes, for the documentation's test. */
export const errorCodes = Object.keys(STATUS) as ErrorCode[];
