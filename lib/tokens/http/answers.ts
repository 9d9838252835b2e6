/**
 * What a client is answered that may not pass (RFC 6750, section 3). Constants: whoever holds an expired, revoked, wrong or
 * made up token learns nothing of which one it is.
 */
import type { Refusal } from '../../request/refusal.js';

export interface Answers {
  readonly inUrl: Refusal;
  readonly ambiguous: Refusal;
  /** Nothing was presented: no error code, by the standard. */
  readonly missing: Refusal;
  readonly invalid: Refusal;
  readonly forbidden: Refusal;
  readonly unavailable: Refusal;
}

/** @param headers where a token is looked for, which the answer depends on */
export function answersFor(prefix: string, scope: string | undefined, headers: readonly string[]): Answers {
  const realm = `Bearer realm="${prefix}"`;
  const asks = scope === undefined ? '' : `, scope="${scope}"`;
  const vary = headers.map((name) => name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())).join(', ');
  const challenge = (parts: string) => ({ 'WWW-Authenticate': `${realm}${parts}`, Vary: vary });
  return {
    inUrl: {
      ...BAD_REQUEST,
      message: 'A token does not belong in a URL. Send it in the Authorization header, and have this one replaced.',
      headers: challenge(', error="invalid_request"'),
    },
    ambiguous: {
      ...BAD_REQUEST,
      message: 'This request came with two different tokens. Send one.',
      headers: challenge(', error="invalid_request"'),
    },
    missing: { ...UNAUTHORIZED, message: 'Send a service token: Authorization: Bearer ...', headers: challenge(asks) },
    invalid: {
      ...UNAUTHORIZED,
      message: 'This service token is not valid.',
      headers: challenge(`, error="invalid_token"${asks}`),
    },
    forbidden: {
      status: 403,
      code: 'Forbidden',
      message: 'This service token may not do that.',
      headers: challenge(`, error="insufficient_scope"${asks}`),
    },
    unavailable: {
      status: 503,
      code: 'Service Unavailable',
      message: 'Whether the service token is valid can not be known at the moment. Try again.',
      headers: { 'Retry-After': '1', Vary: vary },
    },
  };
}

const BAD_REQUEST = { status: 400, code: 'Bad Request' } as const;
const UNAUTHORIZED = { status: 401, code: 'Unauthorized' } as const;
