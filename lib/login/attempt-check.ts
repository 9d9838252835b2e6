/** Whether what came back from another site answers a login attempt. */
import { oneParameter, type ParameterRequest } from '../request/parameters.js';
import type { Attempt } from './attempts.js';

/** Why a login that came back is not believed; the event `login.refused` tells it. */
export type RefusedLogin =
  | 'cross-site'
  | 'no-state'
  | 'no-cookie'
  | 'unreadable'
  | 'unknown-state'
  | 'used'
  | 'expired'
  | 'issuer'
  | 'session';

/** What the other site says, in the query or a form. */
export interface Answer {
  readonly state: string;
  /** Who answers (RFC 9207); null where nobody says so. */
  readonly issuer: string | null;
}

/** A parameter that says two things says nothing: the handler may read the one that was not looked at here. */
export function answerOf(req: ParameterRequest): Answer | RefusedLogin {
  const state = oneParameter(req, 'state');
  const issuer = oneParameter(req, 'iss');
  if (state === null) return 'no-state';
  if (state === 'contradicted') return 'unknown-state';
  if (issuer === 'contradicted') return 'issuer';
  return { state: state.value, issuer: issuer?.value ?? null };
}

/** Null where the attempt holds: in time, from whom it was sent to, and in the session that began it. */
export function whyRefused(
  { expiresAt, issuer, root }: Attempt,
  answer: Answer,
  here: { readonly root: string | null; readonly now: number },
): RefusedLogin | null {
  if (here.now >= expiresAt) return 'expired';
  if (issuer !== null && answer.issuer !== null && answer.issuer !== issuer) return 'issuer';
  return root === here.root ? null : 'session';
}
